// Suggestions with what they say of themselves below their name, and a name for what is typed into.
"use strict";
{
    const $ = window.django.jQuery;

    $.fn.select2.defaults.set("templateResult", (item) => {
        if (!item.told) {
            return item.text;
        }
        const told = document.createElement("span");
        told.className = "pick-told";
        told.append(item.told);
        const whole = document.createElement("span");
        whole.append(item.text, told);
        return $(whole);
    });

    const name = (element) => {
        const box = $(element).next(".select2-container");
        box.find(".select2-search__field, .select2-selection").attr("aria-label", element.getAttribute("aria-label"));
    };
    const nameAll = (root) => $(root).find("select[data-drawn=pick].select2-hidden-accessible").each((_, one) => name(one));

    $(() => nameAll(document));
    document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target)));
}
