// What an action pays for, as wide as its share: functions on the way from the top down, operations at the ends.
// A block is a treeitem; one of them has the tab stop, and the arrow keys lead from block to block.

const NARROWEST = 0.25;
const DEEPEST = 40;
const MOST_BLOCKS = 2500;
const ROW_PIXELS = 24;

const ICICLE_HELP =
  "Width is the share of the load; each operation stands at the end of its best path. Click to zoom. " +
  "Keys: arrows to move, Enter to zoom in, Escape to zoom out.";

/**
 * The icicle in an element. `zoomed` is the node that fills the width, with those above it as full rows on top;
 * `on` has `select(node)` and `zoom(node)`. Returns {focus(key)}.
 */
function showIcicle(place, action, root, zoomed, selectedKey, classes, on) {
  if (!root.weight) {
    const why = action.ops.length
      ? "No operation that is chosen has a part in the load."
      : "It pays for no operation.";
    fill(place, element("p", { class: "soft" }, why));
    return { focus: () => {} };
  }
  const blocks = blocksOf(zoomed);
  const shown = new Map();
  const tree = element("div", {
    role: "tree",
    "aria-labelledby": "icicle-title",
    "aria-describedby": "icicle-help",
    class: "blocks",
  });
  let deepest = 0;
  for (const block of blocks) {
    deepest = Math.max(deepest, block.row);
    const made = blockElement(block, action, classes, selectedKey);
    if (block.node) shown.set(block.node.key, { block, made });
    tree.append(made);
  }
  tree.style.height = `${(deepest + 1) * ROW_PIXELS}px`;
  const stop = shown.get(selectedKey) || shown.get(zoomed.key);
  stop.made.tabIndex = 0;
  const find = (target) => shown.get(target.closest("[role=treeitem]")?.dataset.key);

  const move = (entry) => {
    if (!entry) return;
    tree.querySelector('[tabindex="0"]').tabIndex = -1;
    entry.made.tabIndex = 0;
    entry.made.focus();
    on.select(entry.block.node);
    markSelected(tree, entry.made);
  };
  tree.addEventListener("click", (event) => {
    const entry = find(event.target);
    if (entry) on.zoom(entry.block.node);
  });
  tree.addEventListener("keydown", (event) => {
    const entry = find(event.target);
    if (!entry || event.ctrlKey || event.altKey || event.metaKey) return;
    const here = entry.block.node;
    const siblings = here.parent ? here.parent.children.filter((other) => shown.has(other.key)) : [here];
    const at = siblings.indexOf(here);
    const first = here.children.find((child) => shown.has(child.key));
    const next = {
      ArrowDown: () => move(first && shown.get(first.key)),
      ArrowUp: () => move(here.parent && shown.get(here.parent.key)),
      ArrowRight: () => move(shown.get(siblings[at + 1]?.key)),
      ArrowLeft: () => move(shown.get(siblings[at - 1]?.key)),
      Home: () => move(shown.get(siblings[0].key)),
      End: () => move(shown.get(siblings[siblings.length - 1].key)),
      Enter: () => on.zoom(here),
      " ": () => on.zoom(here),
      Escape: () => on.zoom(zoomed.parent || zoomed),
      Backspace: () => on.zoom(zoomed.parent || zoomed),
    }[event.key];
    if (next) {
      event.preventDefault();
      next();
    }
  });
  fill(place, tree);
  return { focus: (key) => (shown.get(key) || stop).made.focus() };
}

function markSelected(tree, made) {
  for (const other of tree.querySelectorAll('[aria-selected="true"]'))
    other.setAttribute("aria-selected", "false");
  made.setAttribute("aria-selected", "true");
}

/** What is drawn: {node (null for what is too narrow, together), row, left, width: percent, rest: how many}. */
function blocksOf(zoomed) {
  const blocks = [];
  for (const above of wayTo(zoomed)) blocks.push({ node: above, row: above.depth, left: 0, width: 100, rest: 0 });
  const waiting = [[zoomed, 0, 100]];
  for (let index = 0; index < waiting.length && blocks.length < MOST_BLOCKS; index += 1) {
    const [top, left, width] = waiting[index];
    if (top.depth - zoomed.depth >= DEEPEST) continue;
    let x = left;
    top.children.forEach((child, position) => {
      const own = (width * child.weight) / top.weight;
      if (own >= NARROWEST) {
        blocks.push({ node: child, row: child.depth, left: x, width: own, rest: 0 });
        waiting.push([child, x, own]);
      } else if (position === 0 || (width * top.children[position - 1].weight) / top.weight >= NARROWEST) {
        // from here on all are narrower
        const rest = top.children.slice(position);
        const wide = (width * rest.reduce((sum, other) => sum + other.weight, 0)) / top.weight;
        if (wide >= NARROWEST)
          blocks.push({ node: null, row: child.depth, left: x, width: wide, rest: rest.length });
      }
      x += own;
    });
  }
  return blocks;
}

function blockElement(block, action, classes, selectedKey) {
  const { node, row, left, width } = block;
  const style = `left:${left.toFixed(3)}%;width:${width.toFixed(3)}%;top:${row * ROW_PIXELS}px`;
  if (!node) {
    const text = counted(block.rest, "more block");
    const made = element(
      "div",
      { class: "block rest", title: `${text}, too narrow to draw`, "aria-hidden": "true" },
      width > 4 ? text : "",
    );
    made.style.cssText = style;
    return made;
  }
  const said = `${node.name}, ${brief(node.weight, action.calibrated)}, ${share(node.weight, action.load)} of the load`;
  const kind = node.op ? `op work-${classes.indexOf(node.op.class) % 10}` : node.fn >= 0 ? "fn" : "top";
  const made = element(
    "div",
    {
      class: `block ${kind}${node.op && node.op.change ? " changed" : ""}`,
      role: "treeitem",
      tabindex: "-1",
      "data-key": node.key,
      "aria-level": String(node.depth + 1),
      "aria-selected": String(node.key === selectedKey),
      "aria-expanded": node.children.length ? "true" : null,
      "aria-label": node.op ? `${said}, ${node.op.class}` : said,
      title: said,
    },
    width > 2.5 ? element("span", {}, shortName(node)) : "",
  );
  made.style.cssText = style;
  return made;
}

/** The end of a name, which tells more than its beginning: "Cart.total". */
function shortName(node) {
  if (node.fn < 0 && !node.op) return node.name;
  return node.name.split(".").slice(-2).join(".");
}
