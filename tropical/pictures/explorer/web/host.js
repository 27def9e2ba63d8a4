// A host that asks the server that the page came from.
export function serverHost(address, client) {
  return {
    keepsState: true,
    tour: true,
    compute: async (request, signal, progress) => (await asked(address, { client, ...request }, signal, progress)).scene,
    count: async (request, signal) => (await asked(address, { ...request, client, only: "counts" }, signal, () => {})).counts,
  };
}

// A server with as many computations as it may have; it has time again when some have ended.
export class Busy extends Error {}

const BUSY = 503; // the status of its answer

// The answer is a line of JSON for every step; the last one is wanted.
async function asked(address, request, signal, progress) {
  const answer = await fetch(address, { method: "POST", signal, headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request) });
  if (answer.status === BUSY) throw new Busy(await reason(answer));
  for await (const message of linesOf(answer)) {
    if (message.error) throw new Error(message.error);
    if (!message.progress) return message;
    progress(message.progress);
  }
  throw new Error("the server gave no answer; is it still running?");
}

// What a refusal says; one by the server itself, which has too many connections, is no JSON.
async function reason(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text).error;
  } catch {
    return "the server has too many requests; ask again";
  }
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
