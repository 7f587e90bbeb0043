// The panels beside the text, which cover it in a narrow window: chapters with the search, and the line with the review.
"use strict";

const Panels = (() => {
  const BUTTONS = /** @type {Record<string, string>} */ ({ "chapters-panel": "show-chapters", side: "show-review" });

  /** @param {string} panel @param {boolean} shown */
  function toggle(panel, shown) {
    Dom.byId(panel).classList.toggle("open", shown);
    Dom.byId(BUTTONS[panel]).setAttribute("aria-expanded", String(shown));
  }

  /** Show a panel. @param {string} panel */
  const show = (panel) => toggle(panel, true);

  /** Close what is open, and leave a field. */
  function close() {
    const active = document.activeElement;
    if (active instanceof HTMLElement && active.matches("input, textarea, select")) active.blur();
    for (const panel of Object.keys(BUTTONS)) toggle(panel, false);
  }

  /** To the search. */
  function search() {
    close();
    show("chapters-panel");
    Dom.byId("search").focus();
    Dom.byId("search").select();
  }

  /** Listen to the buttons that show them. */
  function open() {
    Dom.byId("show-search").onclick = search;
    for (const [panel, button] of Object.entries(BUTTONS)) {
      Dom.byId(button).onclick = () => {
        const shown = !Dom.byId(panel).classList.contains("open");
        close();
        toggle(panel, shown);
      };
    }
  }

  return { open, show, close, search };
})();
