// The search result and the length of its words, while they are written; the server shows what is saved.
document.addEventListener("DOMContentLoaded", () => {
    const value = (name) => document.getElementById(`id_${name}`)?.value.trim() ?? "";
    const preview = document.querySelector(".search-preview");
    const cut = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
    const filled = (pattern, length, most) => pattern.replaceAll("{length}", length).replaceAll("{most}", most);
    const measure = (meter) => {
        const length = document.getElementById(meter.dataset.lengthOf)?.value.length ?? 0;
        const most = Number(meter.dataset.advised);
        const pattern = length > most ? meter.dataset.over : meter.dataset.within;
        meter.querySelector(".length-words").textContent = filled(pattern, length, most);
        meter.querySelector("progress").value = Math.min(length, most);
        meter.classList.toggle("is-over", length > most);
    };
    const show = () => {
        document.querySelectorAll(".length-meter").forEach(measure);
        if (preview && document.getElementById("id_seo_title")) {
            const address = preview.dataset.path.replace("{slug}", () => value("slug") || "…");
            preview.querySelector(".search-preview-address span").textContent = address;
            const title = value("seo_title") || value("title") || preview.dataset.noTitle;
            preview.querySelector(".search-preview-title").textContent = cut(title, 60);
            const words = value("seo_description") || value("summary") || preview.dataset.noWords;
            preview.querySelector(".search-preview-words").textContent = cut(words, 160);
        }
    };
    document.addEventListener("input", show);
    show();
});
