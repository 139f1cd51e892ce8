// The data of the page, and what is asked of it. Nothing here knows of the document. What the data holds is written at
// the top of document.py.

const EVIDENCE = ["certain", "likely", "possible"];
const CONDITIONS = ["always", "sometimes", "rarely"];

/** The data, with what is looked up often. */
function readData(text) {
  const data = JSON.parse(text);
  for (const action of data.actions) {
    action.changed = new Map();
    for (const row of action.changes ? action.changes.rows : []) {
      // the gravest come first
      if (row.op && !action.changed.has(row.op)) action.changed.set(row.op, row);
    }
    action.ops.forEach((op, index) => {
      op.index = index;
      op.change = action.changed.get(op.id) || null;
    });
  }
  return data;
}

function placeOf(data, file, line) {
  return line ? `${data.files[file]}:${line}` : data.files[file];
}

/** Lines of source around one, as [number, text]; those that the page does not hold are left out. */
function linesAround(data, file, line, around) {
  const known = data.source[file] || {};
  const lines = [];
  for (let number = line - around; number <= line + around; number += 1) {
    if (known[number] !== undefined) lines.push([number, known[number]]);
  }
  return lines;
}

/** What of the ops is to be seen; an empty set asks for nothing. */
function noFilter() {
  return {
    classes: new Set(),
    conditions: new Set(),
    evidence: new Set(),
    text: "",
    isExpensive: false,
    isChanged: false,
  };
}

function isEmpty(filter) {
  return !(
    filter.classes.size ||
    filter.conditions.size ||
    filter.evidence.size ||
    filter.text ||
    filter.isExpensive ||
    filter.isChanged
  );
}

function chosen(action, filter, data) {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const one = (set, value) => set.size === 0 || set.has(value);
  return action.ops.filter(
    (op) =>
      one(filter.classes, op.class) &&
      one(filter.conditions, op.condition) &&
      one(filter.evidence, op.evidence) &&
      (op.expensive || !filter.isExpensive) &&
      (op.change || !filter.isChanged) &&
      containsAll(`${op.callee} ${data.functions.name[op.function]} ${data.files[op.file]}`, words),
  );
}

function containsAll(text, words) {
  const lower = text.toLowerCase();
  return words.every((word) => lower.includes(word));
}

/**
 * The ops as a tree of the ways to them: from the action over the functions of each op's best path to the op. A node is
 * {key, name, fn (index of a function, -1), op, weight, depth, parent, children: the heaviest first}. Ops without a
 * figure and those in no load are not in it.
 */
function treeOf(action, ops, data) {
  const root = node("", action.name, -1, null, null);
  for (const op of ops) {
    if (op.weight === null || op.weight === 0 || op.possible) continue;
    let here = root;
    root.weight += op.weight;
    for (const [fn] of op.path) {
      here = childOf(here, `f${fn}`, data.functions.name[fn], fn, null);
      here.weight += op.weight;
    }
    const leaf = childOf(here, `o${op.index}`, op.callee, -1, op);
    leaf.weight += op.weight;
  }
  heaviestFirst(root);
  return root;
}

function node(key, name, fn, op, parent) {
  const depth = parent ? parent.depth + 1 : 0;
  return { key, name, fn, op, parent, depth, weight: 0, children: [], byKey: new Map() };
}

function childOf(parent, part, name, fn, op) {
  let child = parent.byKey.get(part);
  if (!child) {
    child = node(`${parent.key}/${part}`, name, fn, op, parent);
    parent.byKey.set(part, child);
    parent.children.push(child);
  }
  return child;
}

function heaviestFirst(root) {
  const waiting = [root];
  while (waiting.length) {
    const here = waiting.pop();
    here.children.sort((one, other) => other.weight - one.weight || (one.name < other.name ? -1 : 1));
    waiting.push(...here.children);
  }
}

/** The node with a key; the deepest known one on the way where there is none. */
function nodeAt(root, key) {
  let here = root;
  for (const part of key.split("/").slice(1)) {
    const child = here.byKey.get(part);
    if (!child) break;
    here = child;
  }
  return here;
}

/** Nodes from the root to one, both with it. */
function wayTo(target) {
  const way = [];
  for (let here = target; here; here = here.parent) way.unshift(here);
  return way;
}

function* opsBelow(top) {
  const waiting = [top];
  while (waiting.length) {
    const here = waiting.pop();
    if (here.op) yield here.op;
    waiting.push(...here.children);
  }
}

/** Who calls whom in an action: by function, [callee, line] and [caller, line]. Made when it is first asked for. */
function callsOf(action) {
  if (!action.graph) {
    const callees = new Map(action.functions.map((fn) => [fn, []]));
    const callers = new Map(action.functions.map((fn) => [fn, []]));
    action.functions.forEach((caller, position) => {
      const row = action.calls[position];
      for (let index = 0; index < row.length; index += 2) {
        callees.get(caller).push([row[index], row[index + 1]]);
        callers.get(row[index])?.push([caller, row[index + 1]]);
      }
    });
    action.graph = { callees, callers };
  }
  return action.graph;
}

/** A shortest way from an entry point to a function: [function, line of the call out of it]; [] where there is none. */
function shortestWay(action, target) {
  const { callees } = callsOf(action);
  const before = new Map(action.entries.map((fn) => [fn, null]));
  const waiting = [...action.entries];
  for (let at = 0; at < waiting.length && !before.has(target); at += 1) {
    for (const [callee, line] of callees.get(waiting[at]) || []) {
      if (!before.has(callee)) {
        before.set(callee, [waiting[at], line]);
        waiting.push(callee);
      }
    }
  }
  if (!before.has(target)) return [];
  const way = [[target, 0]];
  for (let step = before.get(target); step; step = before.get(step[0])) way.unshift(step);
  return way;
}

/**
 * What contains all words of a text: actions, ops and functions of the action in view first, then those of others, as
 * {action (index), op, fn}. At most `most`, and how many there are.
 */
function search(data, text, current, most) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = [];
  let count = 0;
  if (!words.length) return { found, count };
  const take = (row) => {
    count += 1;
    if (found.length < most) found.push(row);
  };
  const order = [current, ...data.actions.keys()].filter(
    (index, at, all) => index >= 0 && all.indexOf(index) === at,
  );
  for (const index of data.actions.keys()) {
    if (containsAll(data.actions[index].name, words)) take({ action: index, op: null, fn: -1 });
  }
  const seen = new Set();
  for (const index of order) {
    const action = data.actions[index];
    for (const op of action.ops) {
      const id = `o${op.id}`;
      if (!seen.has(id) && containsAll(`${op.callee} ${op.id}`, words)) {
        seen.add(id);
        take({ action: index, op, fn: -1 });
      }
    }
    for (const fn of action.functions) {
      const place = `${data.functions.name[fn]} ${data.files[data.functions.file[fn]]}`;
      if (!seen.has(fn) && containsAll(place, words)) {
        seen.add(fn);
        take({ action: index, op: null, fn });
      }
    }
  }
  return { found, count };
}
