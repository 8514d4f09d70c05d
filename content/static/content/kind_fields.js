// The form of a kind's fields is drawn without ties between labels and inputs; this ties them, however often it is drawn.
document.addEventListener("DOMContentLoaded", () => {
    const ids = new Map();
    const idOf = (name) => ids.get(name) ?? ids.set(name, `kind-field-${ids.size}`).get(name);
    // A number behind the name of each item of a list: “Thing 2”.
    const place = (name) => /§(\d+)$/.exec(name)?.[1];
    const tie = (row) => {
        const [input, ...others] = row.querySelectorAll("input, select, textarea");
        const label = row.querySelector("label");
        if (!input || !label) {
            return;
        }
        input.id = idOf(input.name);
        label.htmlFor = input.id;
        const item = place(input.name);
        if (item !== undefined) {
            input.setAttribute("aria-label", `${label.textContent} ${Number(item) + 1}`);
        } else {
            input.removeAttribute("aria-label");
        }
        // A date and a time: each has its own label beside it.
        others.forEach((other) => {
            const own = other.closest("div:has(> label)")?.querySelector("label") ?? label;
            other.setAttribute("aria-label", own.textContent);
        });
        const help = row.querySelector(".rjf-help-text");
        if (help) {
            help.id = `${input.id}-help`;
            input.setAttribute("aria-describedby", help.id);
        }
    };
    const tieAll = (form) => {
        form.querySelectorAll(".rjf-form-row").forEach(tie);
        form.querySelectorAll("button[title]").forEach((button) => button.setAttribute("aria-label", button.title));
    };
    document.querySelectorAll("#kind-fields").forEach((form) => {
        tieAll(form);
        new MutationObserver(() => tieAll(form)).observe(form, { childList: true, subtree: true });
    });
});
