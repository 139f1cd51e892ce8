// Elements. Names come in as text alone, never as markup.

/** An element; `attributes` that are functions are handlers ("click"), null and false ones are left out. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== null && value !== false && value !== undefined) made.setAttribute(name, value);
  }
  add(made, children);
  return made;
}

function add(parent, children) {
  for (const child of children.flat(2)) {
    if (child !== null && child !== undefined && child !== "") parent.append(child);
  }
}

function fill(parent, ...children) {
  parent.replaceChildren();
  add(parent, children);
}

/** A heading of a column; `kind` is its class, if it has one. */
function heading(name, kind, attributes) {
  return element("th", { scope: "col", class: kind || null, ...attributes }, name);
}

/** A table of headings and rows. */
function table(headings, rows) {
  return element("table", {}, element("thead", {}, element("tr", {}, headings)), element("tbody", {}, rows));
}

function byId(id) {
  return document.getElementById(id);
}

/** A name as code, which may be broken after its dots and slashes. */
function code(name) {
  const made = element("code");
  name.split(/(?<=[./])(?=\w)/).forEach((part, index) => {
    if (index) made.append(document.createElement("wbr"));
    made.append(part);
  });
  return made;
}

const MARKS = { certain: "", likely: "?", possible: "??" };

/** A mark for what is not certain, which is also said. */
function mark(evidence) {
  return MARKS[evidence]
    ? element("span", { class: "mark", title: evidence, "aria-label": evidence }, MARKS[evidence])
    : "";
}

/** Stands for a class of work, in its colour. */
function dot(name, classes) {
  return element("span", { class: `dot work-${classes.indexOf(name) % 10}`, "aria-hidden": "true" });
}
