// The page: what is in view, and what happens to it. The address says which action is in view (#action-2), and which
// operation or function is selected in it (#action-2/op-ID, #action-2/fn-NAME), so that both can be sent to somebody.

const THEMES = ["auto", "light", "dark"];

function startTheme(button) {
  const kept = () => {
    try {
      return localStorage.getItem("code-path-audit-theme");
    } catch {
      return null; // a browser may keep nothing for files
    }
  };
  const use = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  let theme = THEMES.includes(kept()) ? kept() : "auto";
  use(theme);
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    use(theme);
    try {
      localStorage.setItem("code-path-audit-theme", theme);
    } catch {
      // it lasts until the page is closed
    }
  });
}

function startPage() {
  const data = readData(byId("data").textContent);
  const classes = [...new Set(data.actions.flatMap((action) => action.ops.map((op) => op.class)))].sort();
  const view = {
    index: -1,
    filter: noFilter(),
    order: { column: -1, down: false },
    selected: null,
    zoom: "",
    root: null,
  };
  const action = () => data.actions[view.index];

  const go = {
    op: (op) => address(view.index, `op-${op.id}`),
    fn: (fn) => address(view.index, `fn-${data.functions.name[fn]}`),
  };

  const address = (index, what) => {
    const wanted = `#action-${index}${what ? `/${encodeURIComponent(what)}` : ""}`;
    if (location.hash === wanted) read();
    else location.hash = wanted;
  };

  /** From the address to what is in view. */
  const read = () => {
    const [, number, what] = /^#action-(\d+)(?:\/(.*))?$/.exec(location.hash) || [];
    const index = data.actions[number] ? Number(number) : Math.max(view.index, 0);
    if (index !== view.index) showAction(index);
    if (what === undefined || String(index) !== number) {
      if (String(index) === number) byId("action-title").scrollIntoView();
      return;
    }
    const [kind, name] = [decoded(what).slice(0, 3), decoded(what).slice(3)];
    const op = kind === "op-" ? action().ops.find((row) => row.id === name) : null;
    const fn = kind === "fn-" ? action().functions.find((row) => data.functions.name[row] === name) : undefined;
    if (op) select({ op }, true);
    else if (fn !== undefined) select({ fn }, true);
  };

  const select = (selected, isShown) => {
    view.selected = selected;
    const panel = byId("panel");
    showPanel(panel, data, action(), selected, go);
    for (const row of document.querySelectorAll("#operations tr.selected")) row.classList.remove("selected");
    if (selected && selected.op) {
      document.querySelector(`#operations tr[data-op="${CSS.escape(selected.op.id)}"]`)?.classList.add("selected");
    }
    if (isShown) {
      drawIcicle(false);
      panel.focus({ preventScroll: true });
      panel.scrollIntoView({ block: "nearest" });
    }
  };

  /** The key of what is selected in the tree. */
  const selectedKey = () => {
    const { selected } = view;
    if (!selected) return view.zoom;
    if (selected.node) return selected.node.key;
    return selected.op ? `${selected.op.path.map(([fn]) => `/f${fn}`).join("")}/o${selected.op.index}` : view.zoom;
  };

  const drawIcicle = (isFocused) => {
    const zoomed = nodeAt(view.root, view.zoom);
    view.zoom = zoomed.key;
    const drawn = showIcicle(byId("icicle"), action(), view.root, zoomed, selectedKey(), classes, {
      select: (node) => select(node.op ? { op: node.op } : { node }, false),
      zoom: (node) => {
        // a leaf has nothing inside of it: what it ends is what fills the width
        view.zoom = node.op ? node.parent.key : node.key;
        select(node.op ? { op: node.op } : { node }, false);
        drawIcicle(true);
      },
    });
    if (isFocused) drawn.focus(selectedKey());
  };

  const drawOperations = () => {
    const ops = chosen(action(), view.filter, data);
    showOperations(byId("operations"), data, action(), ops, view.order, view.selected?.op, classes, {
      select: go.op,
      sort: (column) => {
        view.order = { column, down: view.order.column === column && !view.order.down };
        drawOperations();
        document.querySelectorAll("#operations th")[column].querySelector("button").focus();
      },
    });
    return ops;
  };

  const drawFiltered = () => {
    view.root = treeOf(action(), drawOperations(), data);
    drawIcicle(false);
    byId("clear-filters").disabled = isEmpty(view.filter);
  };

  const drawFilters = () =>
    showFilters(byId("filters"), action(), view.filter, classes, action().changes !== null, (isCleared) => {
      if (isCleared) {
        view.filter = noFilter();
        drawFilters();
        byId("filter-text").focus();
      }
      drawFiltered();
    });

  const showAction = (index) => {
    Object.assign(view, { index, filter: noFilter(), selected: null, zoom: "" });
    const now = action();
    byId("action-title").textContent = now.name;
    fill(
      byId("action-about"),
      now.description ? element("p", {}, now.description) : "",
      element(
        "p",
        { class: "soft" },
        `${now.told}; ${counted(now.functions.length, "function")}, ${counted(now.unresolved, "unresolved call")}. `,
        ["md", "json", "mmd"].map((suffix, at) => [
          at ? ", " : "",
          element(
            "a",
            { href: `actions/${encodeURIComponent(now.stem)}.${suffix}` },
            ["page", "data", "chart"][at],
          ),
        ]),
      ),
    );
    drawFilters();
    drawFiltered();
    showPanel(byId("panel"), data, now, null, go);
    showChanges(byId("changes"), now, go);
    showTrend(byId("trend"), now);
    fill(
      byId("notes"),
      now.notes.length
        ? element(
            "ul",
            {},
            now.notes.map((note) => element("li", {}, note)),
          )
        : element("p", { class: "soft" }, "Nothing was left out."),
    );
    for (const row of document.querySelectorAll("tr[aria-current]")) row.removeAttribute("aria-current");
    byId(`action-${index}`).setAttribute("aria-current", "true");
  };

  byId("icicle-help").textContent = ICICLE_HELP;
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  startTheme(byId("theme"));
  startSearch(
    byId("search-text"),
    byId("search-results"),
    data,
    () => view.index,
    (row) => {
      if (row.op) address(row.action, `op-${row.op.id}`);
      else if (row.fn >= 0) address(row.action, `fn-${data.functions.name[row.fn]}`);
      else address(row.action, "");
    },
  );
  document.querySelector(".tools").hidden = false;
  byId("explorer").hidden = data.actions.length === 0;
  window.addEventListener("hashchange", read);
  if (data.actions.length) read();
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

startPage();
