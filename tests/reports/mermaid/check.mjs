// Reads a JSON list of charts from stdin, and writes for each what Mermaid's own parser makes of it:
// {"error": string | null, "nodes": {id: label}, "edges": [[from, to, label, stroke]]}, labels as they are drawn.
import { JSDOM } from "jsdom";

// Mermaid sanitizes labels as it parses, for which it needs a document; it must be there before Mermaid is loaded
const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

// how Mermaid stores `#60;` until it draws
const drawn = (text) => (text ?? "").replace(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code)));

async function read(chart) {
  try {
    await mermaid.parse(chart);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(chart);
    const nodes = Object.fromEntries([...db.getVertices()].map(([id, node]) => [id, drawn(node.text)]));
    const edges = db.getEdges().map((edge) => [edge.start, edge.end, drawn(edge.text), edge.stroke]);
    return { error: null, nodes, edges };
  } catch (error) {
    return { error: String(error.message ?? error), nodes: {}, edges: [] };
  }
}

let input = "";
for await (const chunk of process.stdin) input += chunk;
const answers = [];
for (const chart of JSON.parse(input)) answers.push(await read(chart));
process.stdout.write(JSON.stringify(answers));
