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
    const ask = (request, signal, progress) => new Promise((resolve, reject) => {
      number += 1;
      const own = number;
      const tell = (asked) => {
        model.set("request", { ...asked, number: own });
        model.save_changes();
      };
      const listen = () => {
        const answer = model.get("answer");
        if (answer.number !== own) return;
        if (answer.progress) return progress(answer.progress);
        model.off("change:answer", listen);
        if (answer.error) reject(new Error(answer.error));
        else resolve(answer.scene ?? answer.counts);
      };
      signal.addEventListener("abort", () => {
        model.off("change:answer", listen);
        tell({ stop: true });
        reject(new Error("cancelled"));
      });
      model.on("change:answer", listen);
      tell(request);
    });
    if (model.get("can_compute")) {
      host.compute = ask;
      host.count = (request, signal) => ask({ ...request, only: "counts" }, signal, () => {});
    }
    const explorer = mount(root, model.get("scene"), host);
    return () => explorer.end();
  },
};
