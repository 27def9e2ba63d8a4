// A host that asks the server that the page came from.
export function serverHost(address, client) {
  return {
    keepsState: true,
    tour: true,
    compute: async (request, signal, progress) => (await asked(address, { client, ...request }, signal, progress)).scene,
    count: async (request, signal) => (await asked(address, { ...request, client, only: "counts" }, signal, () => {})).counts,
  };
}

// The answer is a line of JSON for every step; the last one is wanted.
async function asked(address, request, signal, progress) {
  const answer = await fetch(address, { method: "POST", signal, headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request) });
  for await (const message of linesOf(answer)) {
    if (message.error) throw new Error(message.error);
    if (!message.progress) return message;
    progress(message.progress);
  }
  throw new Error("the server gave no answer; is it still running?");
}

// The lines of JSON of an answer, as they come.
export async function* linesOf(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = done ? "" : lines.pop();
    for (const line of lines.filter(Boolean)) yield JSON.parse(line);
    if (done) return;
  }
}
