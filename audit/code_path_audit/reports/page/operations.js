// The filters, and the operations that they let through, as a table of which so much is rendered as is looked at.

const ROWS = 60;

/** The form of filters. `changed()` is called when one of them is. */
function showFilters(form, action, filter, classes, isCompared, changed) {
  const choice = (title, set, values) => {
    const present = values.filter((value) => value.count);
    if (present.length < 2) return "";
    const boxes = present.map(({ name, count, color }) => {
      const box = element("input", {
        type: "checkbox",
        value: name,
        change: () => {
          if (box.checked) set.add(name);
          else set.delete(name);
          changed();
        },
      });
      box.checked = set.has(name);
      return element(
        "label",
        {},
        box,
        color ? dot(name, classes) : "",
        `${name} `,
        element("span", { class: "soft" }, thousands(count)),
      );
    });
    return element("fieldset", {}, element("legend", {}, title), boxes);
  };
  const flag = (title, key) => {
    const box = element("input", {
      type: "checkbox",
      change: () => {
        filter[key] = box.checked;
        changed();
      },
    });
    box.checked = filter[key];
    return element("label", {}, box, title);
  };
  const count = (key, name) => action.ops.reduce((sum, op) => sum + (op[key] === name ? 1 : 0), 0);
  const rows = (key, names, color) => names.map((name) => ({ name, count: count(key, name), color }));
  const text = element("input", {
    type: "search",
    id: "filter-text",
    placeholder: "name or file",
    "aria-label": "Only operations whose name, function or file contains",
    autocomplete: "off",
    spellcheck: "false",
    input: () => {
      filter.text = text.value;
      changed();
    },
  });
  text.value = filter.text;
  fill(
    form,
    choice("Class", filter.classes, rows("class", classes, true)),
    choice("Condition", filter.conditions, rows("condition", CONDITIONS)),
    choice("Evidence", filter.evidence, rows("evidence", EVIDENCE)),
    element(
      "fieldset",
      {},
      element("legend", {}, "Only"),
      text,
      flag("expensive", "isExpensive"),
      isCompared ? flag("changed since the baseline", "isChanged") : "",
      element(
        "button",
        { type: "button", id: "clear-filters", disabled: isEmpty(filter), click: () => changed(true) },
        "Clear",
      ),
    ),
  );
}

const COLUMNS = [
  ["Operation", (op) => op.callee],
  ["About", (op) => -(op.weight ?? -1), "number"],
  ["Of the load", null, "number"],
  ["Class", (op) => op.class],
  ["Runs", null],
  ["Condition", (op) => CONDITIONS.indexOf(op.condition)],
  ["Evidence", (op) => EVIDENCE.indexOf(op.evidence)],
  ["Change", (op) => (op.change ? op.change.kind : "~")],
];

/** The table. `order` is {column (-1: what to look at first), down}; `on` has `select(op)` and `sort(column)`. */
function showOperations(place, data, action, ops, order, selected, classes, on) {
  const said =
    ops.length === action.ops.length
      ? counted(ops.length, "operation")
      : `${thousands(ops.length)} of ${counted(action.ops.length, "operation")}`;
  const status = element("p", { class: "soft", role: "status", id: "operations-count" }, said);
  if (!ops.length) {
    fill(place, status);
    return;
  }
  const sorted = inOrder(ops, order);
  const largest = sorted.reduce((most, op) => Math.max(most, op.weight ?? 0), 1);
  const head = COLUMNS.map(([name, key, kind], column) => {
    const direction = order.column === column ? (order.down ? "descending" : "ascending") : null;
    const label = key
      ? element("button", { type: "button", class: "sort", click: () => on.sort(column) }, name)
      : name;
    return heading(label, kind, { "aria-sort": direction });
  });
  const shown = table(head, []);
  const more = element("button", { type: "button", id: "more-operations", click: () => addRows() });
  let done = 0;
  const addRows = () => {
    const rows = sorted
      .slice(done, done + ROWS)
      .map((op) => operationRow(op, data, action, largest, selected, classes, on));
    shown.tBodies[0].append(...rows);
    done += rows.length;
    more.textContent = `Show more: ${thousands(sorted.length - done)} left`;
    more.hidden = done >= sorted.length;
  };
  addRows();
  fill(
    place,
    status,
    element("div", { class: "wide" }, shown),
    more,
  );
  new IntersectionObserver(
    (seen) => {
      if (seen.some((entry) => entry.isIntersecting) && !more.hidden) addRows();
    },
    { rootMargin: "400px" },
  ).observe(more);
}

function inOrder(ops, order) {
  if (order.column < 0) return ops;
  const key = COLUMNS[order.column][1];
  const sign = order.down ? -1 : 1;
  return [...ops].sort((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a === b ? one.index - other.index : a < b ? -sign : sign;
  });
}

function operationRow(op, data, action, largest, selected, classes, on) {
  const figure = op.weight === null ? "-" : brief(op.weight, action.calibrated);
  const part = op.weight === null || op.possible ? "" : share(op.weight, action.load);
  const bar = element("td", { class: `number bar${op.expensive ? " over" : ""}` }, figure);
  bar.style.setProperty("--part", `${Math.round((100 * (op.weight ?? largest)) / largest)}%`);
  return element(
    "tr",
    { "data-op": op.id, class: selected === op ? "selected" : null },
    element(
      "td",
      {},
      element("button", { type: "button", class: "link", click: () => on.select(op) }, code(op.callee)),
      mark(op.evidence),
      element(
        "div",
        { class: "soft place" },
        code(placeOf(data, op.file, op.line)),
        " in ",
        code(data.functions.name[op.function]),
      ),
    ),
    bar,
    element("td", { class: "number" }, part),
    element("td", {}, dot(op.class, classes), op.class),
    element("td", {}, op.runs),
    element("td", {}, op.condition),
    element("td", {}, op.evidence),
    element(
      "td",
      {},
      op.change
        ? element("span", { class: `change ${op.change.status.replaceAll(" ", "-")}` }, op.change.kind)
        : "",
    ),
  );
}
