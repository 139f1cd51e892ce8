// What is selected, at length: its figures, the way to it, and the source on the way.

const HEAVIEST = 5;
const NEIGHBOURS = 12;

/** `go` has `op(op)` and `fn(fn)`, which select something else. */
function showPanel(panel, data, action, selected, go) {
  if (!selected)
    fill(panel, element("p", { class: "soft" }, "Select a block or an operation to see the way to it."));
  else if (selected.op) fill(panel, opPanel(data, action, selected.op));
  else if (selected.node) fill(panel, nodePanel(data, action, selected.node, go));
  else fill(panel, functionPanel(data, action, selected.fn, go));
}

function opPanel(data, action, op) {
  const figure = op.weight === null ? "no figure" : `about ${brief(op.weight, action.calibrated)}`;
  const part = op.weight === null || op.possible ? "" : share(op.weight, action.load);
  const rows = [
    ["About", part ? `${figure}, ${part} of the load` : figure],
    ["Runs", op.condition === CONDITIONS[0] ? op.runs : `${op.runs}, ${op.condition}`],
    ["Class", op.class],
    ["Size", op.size],
    ["Evidence", op.possible ? `${op.evidence}: in no load` : op.evidence],
    ["Changed", op.change ? changeText(op.change) : ""],
    ["Explain", element("code", {}, `code-path-audit explain ${op.id}`)],
  ];
  return [
    element("h4", {}, code(op.callee)),
    element("p", { class: "soft" }, code(placeOf(data, op.file, op.line))),
    factList(rows),
    wayList(
      data,
      op.path.map(([fn, line, loops, evidence]) => ({ fn, line, loops, evidence: EVIDENCE[evidence] })),
      true,
    ),
  ];
}

function nodePanel(data, action, top, go) {
  const way = wayTo(top).slice(1);
  const heaviest = [...opsBelow(top)].sort((one, other) => other.weight - one.weight);
  const path = heaviest.length ? heaviest[0].path : [];
  const steps = way.map((step, index) => ({
    fn: step.fn,
    line: index + 1 < way.length || way.length < path.length ? path[index][1] : 0,
    loops: path[index] ? path[index][2] : [],
    evidence: path[index] ? EVIDENCE[path[index][3]] : EVIDENCE[0],
  }));
  return [
    element("h4", {}, top.fn >= 0 ? code(top.name) : top.name),
    top.fn >= 0
      ? element(
          "p",
          { class: "soft" },
          code(placeOf(data, data.functions.file[top.fn], data.functions.line[top.fn])),
        )
      : "",
    factList([
      ["About", `${brief(top.weight, action.calibrated)}, ${share(top.weight, action.load)} of the load`],
    ]),
    element(
      "h5",
      {},
      heaviest.length > 1
        ? `${counted(heaviest.length, "operation")} below, the heaviest:`
        : "The operation below:",
    ),
    opButtons(data, action, heaviest.slice(0, HEAVIEST), go),
    steps.length ? wayList(data, steps, false) : "",
    top.fn >= 0
      ? element("p", {}, element("button", { type: "button", click: () => go.fn(top.fn) }, "Callers and callees"))
      : "",
  ];
}

function functionPanel(data, action, fn, go) {
  const { callees, callers } = callsOf(action);
  const ops = action.ops.filter((op) => op.function === fn);
  const way = shortestWay(action, fn).map(([step, line]) => ({
    fn: step,
    line,
    loops: [],
    evidence: EVIDENCE[0],
  }));
  return [
    element("h4", {}, code(data.functions.name[fn])),
    element("p", { class: "soft" }, code(placeOf(data, data.functions.file[fn], data.functions.line[fn]))),
    ops.length
      ? [element("h5", {}, "Its operations"), opButtons(data, action, ops.slice(0, NEIGHBOURS), go)]
      : element("p", {}, "No operation of its own."),
    neighbours("Called by", callers.get(fn) || [], data, go),
    neighbours("Calls", callees.get(fn) || [], data, go),
    way.length ? wayList(data, way, false, "A shortest way to it") : "",
  ];
}

function neighbours(title, rows, data, go) {
  if (!rows.length) return "";
  const more = rows.length - NEIGHBOURS;
  return [
    element("h5", {}, title),
    element(
      "ul",
      { class: "plain" },
      rows
        .slice(0, NEIGHBOURS)
        .map(([fn]) =>
          element(
            "li",
            {},
            element(
              "button",
              { type: "button", class: "link", click: () => go.fn(fn) },
              code(data.functions.name[fn]),
            ),
          ),
        ),
      more > 0 ? element("li", { class: "soft" }, `and ${thousands(more)} more`) : "",
    ),
  ];
}

function opButtons(data, action, ops, go) {
  const rows = ops.map((op) =>
    element(
      "li",
      {},
      element("button", { type: "button", class: "link", click: () => go.op(op) }, code(op.callee)),
      mark(op.evidence),
      op.weight === null ? "" : element("span", { class: "soft" }, ` ${brief(op.weight, action.calibrated)}`),
    ),
  );
  return element("ul", { class: "plain" }, rows);
}

function factList(rows) {
  const shown = rows.filter(([, value]) => value);
  return element(
    "dl",
    {},
    shown.map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]),
  );
}

/** The way from the entry point on, with the source of each call; the last step is the op's own where `isOp`. */
function wayList(data, steps, isOp, title) {
  const rows = steps.map((step, index) => {
    const file = data.functions.file[step.fn];
    const isLast = index === steps.length - 1;
    return element(
      "li",
      {},
      code(data.functions.name[step.fn]),
      mark(step.evidence),
      step.loops.length ? element("span", { class: "loop" }, `loop, line ${step.loops.join(", ")}`) : "",
      element(
        "div",
        { class: "soft place" },
        code(placeOf(data, file, step.line || data.functions.line[step.fn])),
      ),
      sourceOf(data, file, step, isOp && isLast ? 2 : 1),
    );
  });
  return [element("h5", {}, title || "The way to it"), element("ol", { class: "way" }, rows)];
}

function sourceOf(data, file, step, around) {
  if (!step.line) return "";
  const rows = new Map(linesAround(data, file, step.line, around));
  for (const line of step.loops)
    for (const [number, text] of linesAround(data, file, line, 0)) rows.set(number, text);
  if (!rows.size) return "";
  const lines = [...rows].sort(([one], [other]) => one - other);
  const shown = lines.flatMap(([number, text], index) => {
    const gap = index && lines[index - 1][0] !== number - 1 ? element("span", { class: "gap" }, "…\n") : null;
    const kind = number === step.line ? "here" : step.loops.includes(number) ? "round" : null;
    const row = element(
      "span",
      { class: kind },
      element("span", { class: "number" }, String(number).padStart(5)),
      ` ${text}\n`,
    );
    return gap ? [gap, row] : [row];
  });
  return element("pre", { tabindex: "0", "aria-label": `Source, line ${step.line}` }, shown);
}
