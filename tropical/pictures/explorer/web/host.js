// A host that asks the server that the page came from.
export function serverHost(address, client) {
  return {
    keepsState: true,
    tour: true,
    compute: async (request, signal, progress) => (await asked(address, { ...request, client }, signal, progress)).scene,
    count: async (request, signal) => (await asked(address, { ...request, client, only: "counts" }, signal, () => {})).counts,
  };
}

// The answer is a line of JSON for every step; the last one is wanted.
async function asked(address, request, signal, progress) {
  const answer = await fetch(address, { method: "POST", signal, headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request) });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    rest += value ?? "";
    const lines = rest.split("\n");
    rest = done ? "" : lines.pop();
    for (const line of lines.filter(Boolean)) {
      const message = JSON.parse(line);
      if (message.error) throw new Error(message.error);
      if (!message.progress) return message;
      progress(message.progress);
    }
    if (done) throw new Error("the server gave no answer; is it still running?");
  }
}
