// Where a step leads while it is being chosen, and a place of its own for each new one.
"use strict";
{
    const $ = window.django.jQuery;
    const group = () => document.getElementById("next_steps-group");
    const leads = (element) => element.closest("tr").querySelector(".step-leads");
    const positions = () => [...group().querySelectorAll("tbody:not(.empty-form) input[name$='-position']")];

    $(() => {
        $("#next_steps-group").on("select2:select", "select[name$='-target_asset']", (event) => {
            const chosen = event.params.data;
            const details = document.createElement("span");
            details.append(chosen.details || "");
            leads(event.target).replaceChildren(chosen.text, details);
        });
        $("#next_steps-group").on("select2:clear", "select", (event) => leads(event.target).replaceChildren());
        $("#next_steps-group").on("select2:select", "select[name$='-target_touchpoint']", (event) =>
            leads(event.target).replaceChildren(event.params.data.text),
        );
    });

    document.addEventListener("formset:added", (event) => {
        const own = event.target.querySelector("input[name^='next_steps-'][name$='-position']");
        if (own) {
            const taken = positions().filter((one) => one !== own).map((one) => Number(one.value));
            own.value = Math.max(0, ...taken) + 1;
        }
    });
}
