// What changed since the baseline, and the loads of the reports before this one.

function changeText(row) {
  return [row.kind, row.figures, row.why, row.cause].filter(Boolean).join("; ");
}

function showChanges(place, action, go) {
  const { changes } = action;
  if (!changes) {
    fill(
      place,
      element(
        "p",
        { class: "soft" },
        "This report was not compared with baselines: there are none, or nobody asked.",
      ),
    );
    return;
  }
  if (!changes.rows.length) {
    fill(
      place,
      element("p", { class: "soft" }, changes.note || "Nothing: the action pays for what its baseline says."),
    );
    return;
  }
  const known = new Map(action.ops.map((op) => [op.id, op]));
  // what the gate only reports stands behind what it has something to say about
  const said = changes.rows.filter((row) => row.status !== REPORTED);
  const reported = changes.rows.filter((row) => row.status === REPORTED);
  fill(
    place,
    said.length ? changeTable(said, known, go) : "",
    reported.length
      ? element(
          "details",
          { open: !said.length && reported.length <= FEW },
          element(
            "summary",
            {},
            `${counted(reported.length, "difference")} that ${reported.length === 1 ? "fails" : "fail"} nothing`,
          ),
          changeTable(reported, known, go),
        )
      : "",
    changes.note ? element("p", { class: "soft" }, changes.note) : "",
  );
}

const REPORTED = "reported";
const FEW = 5;

function changeTable(rows, known, go) {
  const body = rows.map((row) => {
    const op = known.get(row.op);
    const name = row.what ? code(row.what) : row.function;
    return element(
      "tr",
      {},
      element("td", {}, element("span", { class: `change ${row.status.replaceAll(" ", "-")}` }, row.kind)),
      element(
        "td",
        {},
        op ? element("button", { type: "button", class: "link", click: () => go.op(op) }, name) : name,
        element("div", { class: "soft place" }, code(row.function)),
      ),
      element("td", { class: "number" }, row.figures),
      element("td", {}, row.cause ? element("p", {}, code(row.cause)) : "", row.why),
      element("td", {}, row.status),
    );
  });
  const names = ["Difference", "Of", "Load", "Because", "The gate says"];
  const head = names.map((name) => heading(name, name === "Load" && "number"));
  return element("div", { class: "wide" }, table(head, body));
}

const TREND = { width: 640, height: 120, edge: 8 };

function showTrend(place, action) {
  const points = action.trend;
  if (points.length < 2) {
    fill(place, element("p", { class: "soft" }, "One report so far: the trend begins with the next one."));
    return;
  }
  const [first, last] = [points[0], points[points.length - 1]];
  const growth = first[1]
    ? ` (${last[1] >= first[1] ? "+" : "−"}${share(Math.abs(last[1] - first[1]), first[1])})`
    : "";
  const told = ([date, load]) => `${brief(load, action.calibrated)} on ${date}`;
  const said = `${told(first)}, ${told(last)}${growth}`;
  const rows = [...points]
    .reverse()
    .map(([date, load, expensive]) =>
      element(
        "tr",
        {},
        element("td", {}, date),
        element("td", { class: "number" }, brief(load, action.calibrated)),
        element("td", { class: "number" }, thousands(expensive)),
      ),
    );
  const head = ["Report", "Load", "Expensive ops"].map((name, index) => heading(name, index && "number"));
  fill(
    place,
    element("p", {}, said),
    trendLine(points, said),
    element(
      "details",
      {},
      element("summary", {}, counted(points.length, "report")),
      table(head, rows),
    ),
  );
}

/** The loads as a line, by day; from nothing up, so that a small change looks small. */
function trendLine(points, said) {
  const svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const { width, height, edge } = TREND;
  const days = points.map(([date]) => Date.parse(date));
  const span = days[days.length - 1] - days[0] || 1;
  const most = Math.max(...points.map(([, load]) => load), 1);
  const spots = points.map(([, load], index) => [
    edge + ((width - 2 * edge) * (days[index] - days[0])) / span,
    height - edge - ((height - 2 * edge) * load) / most,
  ]);
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": said, class: "trend" });
  chart.append(svg("line", { x1: edge, x2: width - edge, y1: height - edge, y2: height - edge, class: "ground" }));
  chart.append(
    svg("polyline", { points: spots.map((spot) => spot.map((at) => at.toFixed(1)).join(",")).join(" ") }),
  );
  for (const [x, y] of spots) chart.append(svg("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: 3 }));
  return chart;
}
