"""Models without the softmax or sigmoid at their end, which classifiers have behind their logits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from tropical.networks.readers.keras.activations import LAST, activation_name
from tropical.networks.readers.keras.files import SavedLayer, SavedModel
from tropical.networks.readers.keras.layers import TRAINING_ONLY


def without_last_activation(model: SavedModel) -> SavedModel:
    """Return a model that ends with the values to which its last softmax or sigmoid is applied; itself without one."""
    place = _last_place(model)
    if place is None:
        return model
    layers = list(model.layers)
    layers[place] = _without_activation(layers[place])
    return evolve(model, layers=tuple(layers))


def _last_place(model: SavedModel) -> int | None:
    """Return the place of the layer that gives the output."""
    if model.inputs is None:
        places = [i for i, layer in enumerate(model.layers) if layer.kind not in TRAINING_ONLY]
        return places[-1] if places else None
    names = [layer.name for layer in model.layers]
    outputs = model.outputs
    while isinstance(outputs, list) and outputs and not isinstance(outputs[0], str):
        outputs = outputs[0] if len(outputs) == 1 else None
    if not isinstance(outputs, list) or outputs[0] not in names:
        return None
    place = names.index(outputs[0])
    return place if len(model.layers[place].calls) == 1 else None


def _without_activation(layer: SavedLayer) -> SavedLayer:
    if layer.inner is not None:
        return evolve(layer, inner=without_last_activation(layer.inner))
    if layer.kind == "Softmax":
        return evolve(layer, kind="Activation", config={"activation": "linear"})
    config: Mapping[str, Any] = layer.config
    if activation_name(config.get("activation")) in LAST:
        return evolve(layer, config={**config, "activation": "linear"})
    return layer
