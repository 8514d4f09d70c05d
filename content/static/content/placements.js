// What a stage is about and whether the channels suit it, for what is being chosen; the server says it of what is saved.
document.addEventListener("DOMContentLoaded", () => {
    const source = document.getElementById("placement-data");
    if (!source || !window.django) {
        return;
    }
    const $ = window.django.jQuery;
    const { stages, channels, tooLong, template } = JSON.parse(source.textContent);
    const made = (name, text, ...parts) => {
        const element = document.createElement(name);
        element.append(...(text ? [text] : []), ...parts);
        return element;
    };
    const warnings = (stage, chosen) => [
        ...chosen
            .filter((pk) => stage.unadvised.includes(pk))
            .map((pk) => template.replace("{channel}", () => channels[pk]).replace("{stage}", () => stage.title)),
        ...chosen.flatMap((pk) => tooLong[pk] || []),
    ];
    const show = (row) => {
        const about = row.querySelector(".stage-about");
        const select = row.querySelector("select[name$='-stage']");
        if (!about || !select) {
            return;
        }
        const stage = stages[select.value];
        const chosen = [...row.querySelectorAll("select[name$='-channels'] option:checked")].map((one) => Number(one.value));
        const facts = stage ? Object.entries(stage.about) : [];
        about
            .querySelector("dl")
            .replaceChildren(...facts.map(([term, text]) => made("div", "", made("dt", term), made("dd", text))));
        about
            .querySelector("ul")
            .replaceChildren(...(stage ? warnings(stage, chosen).map((line) => made("li", line)) : []));
    };
    // The select boxes tell of a change through jQuery alone.
    $("#placements-group").on("change", "select", (event) => show(event.target.closest("tr")));
    document.querySelectorAll("#placements-group tr.form-row").forEach(show);
});
