// What the theme draws for the mouse alone – menus, the filters, a row's bin – can be reached and worked by keyboard.
"use strict";
const DELETE_LABEL = decodeURIComponent(new URL(document.currentScript.src).hash.slice(1)); // currentScript is null later on
document.addEventListener("DOMContentLoaded", () => {
    const NATIVE = "a[href], button, input, select, textarea, summary";
    const SWITCH = "[x-on\\:click].cursor-pointer, a[x-on\\:click]:not([href])";
    const ADD = ".add-row a:not([href]), a.add-row:not([href]), div.add-row, span.add-row";
    const BIN = "label:has(input.delete), .delete-template, a.inline-deletelink:not([href])";
    const MENU = "nav[x-show], #changelist-filter";
    const WITHIN = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    const isShown = (element) => element.getClientRects().length > 0;
    let opener = null; // of the menu that was opened by keyboard last

    const first = (menu) => [...menu.querySelectorAll(WITHIN)].find((one) => isShown(one) && !one.disabled);
    const whenDrawn = (found, tries = 40) =>
        requestAnimationFrame(() => found() || (tries && whenDrawn(found, tries - 1)));

    const equip = (element) => {
        if (element.dataset.keyboard || element.matches(NATIVE)) {
            return;
        }
        element.dataset.keyboard = "yes";
        element.tabIndex = 0;
        const bin = element.querySelector("input.delete");
        if (element.matches(BIN)) {
            element.setAttribute("role", bin ? "checkbox" : "button");
            element.setAttribute("aria-label", DELETE_LABEL);
            const tell = () => element.setAttribute("aria-checked", String(bin.checked));
            bin && tell();
            bin?.addEventListener("change", tell);
        } else {
            element.setAttribute("role", "button");
            element.setAttribute("aria-haspopup", "true");
        }
    };
    const equipAll = (root) => root.querySelectorAll(`${SWITCH}, ${ADD}, ${BIN}`).forEach(equip);
    equipAll(document);
    // Rows come and go, and the theme puts menus elsewhere on the page.
    new MutationObserver((changes) =>
        changes.forEach((change) => change.addedNodes.forEach((node) => node.parentElement && equipAll(node.parentElement))),
    ).observe(document.body, { childList: true, subtree: true });

    const press = (element) => {
        const before = new Set([...document.querySelectorAll(MENU)].filter(isShown));
        element.click();
        if (element.matches(BIN)) {
            return;
        }
        whenDrawn(() => {
            const menu = [...document.querySelectorAll(MENU)].find((one) => isShown(one) && !before.has(one));
            const target = menu && first(menu);
            if (target) {
                opener = { element, menu };
                target.focus();
            }
            return target;
        });
    };
    document.addEventListener("keydown", (event) => {
        const element = event.target.closest?.("[data-keyboard]");
        if (element === event.target && (event.key === "Enter" || event.key === " ")) {
            event.preventDefault();
            press(element);
        } else if (event.key === "Escape" && opener) {
            const { element: back, menu } = opener;
            opener = null;
            // The filters hear Escape themselves; the other menus close where they were opened.
            if (isShown(menu) && menu.id !== "changelist-filter") {
                back.click();
            }
            back.focus();
        }
    });
});
