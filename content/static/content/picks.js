// Suggestions with what they say of themselves below their name, and names for what libraries draw without.
"use strict";
{
    const $ = window.django.jQuery;

    $.fn.select2.defaults.set("templateResult", (item) => {
        if (!item.details) {
            return item.text;
        }
        const details = document.createElement("span");
        details.className = "pick-details";
        details.append(item.details);
        const whole = document.createElement("span");
        whole.append(item.text, details);
        return $(whole);
    });

    const wordsOf = (element) =>
        element.getAttribute("aria-label") || element.labels?.[0]?.textContent.trim().replace(/[*:]+$/, "") || "";
    const name = (element) =>
        $(element)
            .next(".select2-container")
            .find(".select2-search__field, .select2-selection, .select2-selection__rendered[role=textbox]")
            .attr("aria-label", wordsOf(element));
    const nameAll = (root) => $(root).find("select.select2-hidden-accessible").each((_, one) => name(one));
    const nameEditors = () =>
        document.querySelectorAll(".prose-editor").forEach((editor) => {
            const field = editor.querySelector("textarea");
            field && editor.querySelector(".ProseMirror[contenteditable]")?.setAttribute("aria-label", wordsOf(field));
        });

    // Select boxes draw their inner parts when the page is there, and anew with each choice.
    window.addEventListener("load", () =>
        setTimeout(() => {
            nameAll(document);
            nameEditors();
        }),
    );
    $(document).on("change select2:open", "select.select2-hidden-accessible", (event) => name(event.target));
    document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target)));
}
