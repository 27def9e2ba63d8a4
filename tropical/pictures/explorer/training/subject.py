"""What the page of a training may ask for: the frame of a checkpoint, computed in a process of its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from attrs import evolve, field, frozen

from polytopes.errors import InputError, ToolkitError
from tropical.networks.readers.json import read_bytes, write_json
from tropical.pictures.explorer.cone_count import Tick, no_tick
from tropical.pictures.explorer.network_requests import Subject, place_document, placed
from tropical.pictures.explorer.page_requests import json_object
from tropical.pictures.explorer.training.frames import frame_of

if TYPE_CHECKING:
    from tropical.pictures.explorer.region_scene import RegionsRequest
    from tropical.pictures.explorer.training.request import TrainingRequest


@frozen
class TrainingSubject:
    """The checkpoints of a training as JSON documents, read when they are asked for; where they are looked at."""

    last: RegionsRequest = field(repr=False)
    networks: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, request: TrainingRequest) -> TrainingSubject:
        """Return the subject of the page of a training in which regions are drawn."""
        return cls(request.last, tuple(map(write_json, request.networks)))

    @property
    def document(self) -> bytes:
        """The subject as a line of JSON, for another process."""
        return json.dumps({"networks": self.networks, **place_document(self.last)}).encode()

    @classmethod
    def parse(cls, line: bytes) -> TrainingSubject:
        """Return the subject in such a line; it is written by this program."""
        content = json.loads(line)
        networks = tuple(content["networks"])
        return cls(placed(read_bytes(networks[-1].encode()), content), networks)

    @classmethod
    def smallest(cls) -> TrainingSubject:
        """Return the subject of one checkpoint of two units, whose frame is soon there and loads what others need."""
        request = Subject.smallest().request
        return cls(request, (write_json(request.network),))

    def answer(self, body: bytes, tick: Tick = no_tick) -> dict[str, Any]:
        """Return as ``scene`` the frame of the ``checkpoint`` that a JSON document asks for, or the ``error``."""
        try:
            number = json_object(body).get("checkpoint", len(self.networks) - 1)
            if type(number) is not int or not 0 <= number < len(self.networks):
                raise InputError(f"checkpoint is a number from 0 to {len(self.networks) - 1}")
            network = read_bytes(self.networks[number].encode())
            return {"scene": frame_of(evolve(self.last, network=network), lambda text: tick(text, 0))}
        except ToolkitError as error:
            return {"error": str(error)}
        except MemoryError:
            return {"error": "this checkpoint needs more memory than a page may use; choose a smaller window"}
