// The explorer in a notebook: the kernel computes, and reads the selection.
import { html } from "./dom.js";
import { mount } from "./explorer.js";

export default {
  render({ model, el }) {
    const root = html("div");
    el.append(root);
    let number = 0;
    const host = { onselect: (selection) => {
      model.set("selection", selection);
      model.save_changes();
    } };
    if (model.get("can_compute")) host.compute = (request, signal) => new Promise((resolve, reject) => {
      number += 1;
      const own = number;
      const listen = () => {
        const answer = model.get("answer");
        if (answer.number !== own) return;
        model.off("change:answer", listen);
        if (answer.error) reject(new Error(answer.error));
        else resolve(answer.scene);
      };
      signal.addEventListener("abort", () => reject(new Error("cancelled")));
      model.on("change:answer", listen);
      model.set("request", { ...request, number: own });
      model.save_changes();
    });
    mount(root, model.get("scene"), host);
  },
};
