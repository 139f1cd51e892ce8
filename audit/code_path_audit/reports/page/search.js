// One field that finds any function, operation or action: a combobox with a list below it.

const MOST_FOUND = 30;

/** `current()` is the index of the action in view; `go(row)` shows what was picked. */
function startSearch(field, list, data, current, go) {
  let rows = [];
  let active = -1;

  const close = () => {
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const pick = (index) => {
    const row = rows[index];
    close();
    if (row) go(row);
  };
  const activate = (index) => {
    if (!rows.length) return;
    list.children[active]?.setAttribute("aria-selected", "false");
    active = (index + rows.length) % rows.length;
    const option = list.children[active];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const update = () => {
    const { found, count } = search(data, field.value, current(), MOST_FOUND);
    rows = found;
    if (!field.value.trim()) {
      close();
      return;
    }
    const options = found.map((row, index) => optionElement(row, index, data, pick));
    const more = count > found.length ? `and ${thousands(count - found.length)} more: type more of it` : "";
    const none = count ? more : "Nothing is called so.";
    fill(list, options, none ? element("li", { class: "soft", role: "presentation" }, none) : "");
    list.hidden = false;
    active = -1;
    field.setAttribute("aria-expanded", "true");
    if (found.length) activate(0);
  };

  field.addEventListener("input", update);
  field.addEventListener("focus", () => field.value && update());
  field.addEventListener("blur", () => close());
  field.addEventListener("keydown", (event) => {
    const does = {
      ArrowDown: () => activate(active + 1),
      ArrowUp: () => activate(active - 1),
      Enter: () => pick(active),
      Escape: () => {
        field.value = "";
        close();
      },
    }[event.key];
    if (does) {
      event.preventDefault();
      does();
    }
  });
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, textarea, select");
    if (event.key === "/" && !isTyping && !event.ctrlKey && !event.altKey && !event.metaKey) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
}

function optionElement(row, index, data, pick) {
  const action = data.actions[row.action];
  const fn = row.op ? row.op.function : row.fn;
  const name = row.op ? row.op.callee : fn >= 0 ? data.functions.name[fn] : action.name;
  const kind = row.op ? "operation" : fn >= 0 ? "function" : "action";
  const place = row.op
    ? placeOf(data, row.op.file, row.op.line)
    : fn >= 0
      ? placeOf(data, data.functions.file[fn], data.functions.line[fn])
      : action.description;
  return element(
    "li",
    {
      role: "option",
      id: `found-${index}`,
      "aria-selected": "false",
      // before the field loses the focus, and the list with it
      mousedown: (event) => {
        event.preventDefault();
        pick(index);
      },
    },
    code(name),
    element("span", { class: "soft" }, ` ${kind}${kind === "action" ? "" : ` in ${action.name}`} `),
    element("div", { class: "soft place" }, kind === "action" ? place : code(place)),
  );
}
