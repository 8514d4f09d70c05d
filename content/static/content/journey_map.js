/* Points out where a stage leads, and says it in words. Without this the picture is whole, and its links lead on. */
"use strict";
{
    const region = document.querySelector(".journey-map-picture");
    const picture = region.querySelector(".waymark-journey");
    const sentence = document.getElementById("journey-map-ways");

    sentence.textContent = sentence.dataset.hint;

    const forget = () => {
        picture.classList.remove("telling");
        for (const part of picture.querySelectorAll(".here, .reached, .out")) {
            part.classList.remove("here", "reached", "out");
        }
    };

    const tell = (stage) => {
        if (stage.classList.contains("here")) {
            return;
        }
        forget();
        picture.classList.add("telling");
        stage.classList.add("here");
        for (const way of picture.querySelectorAll(".way")) {
            if (way.dataset.from === stage.dataset.stage) {
                way.classList.add("out");
                picture.querySelector(`.stage[data-stage="${CSS.escape(way.dataset.to)}"]`).classList.add("reached");
            }
        }
        sentence.textContent = stage.dataset.ways;
    };

    const pointed = (event) => {
        const stage = event.target.closest(".stage");
        if (stage) {
            tell(stage);
        } else if (!picture.contains(document.activeElement)) {
            forget();
        }
    };

    // Not on the picture itself: Chromium lets the keyboard stop at an SVG that listens for focus.
    region.addEventListener("focusin", pointed);
    region.addEventListener("pointerover", pointed);
    region.addEventListener("pointerleave", forget);
    region.addEventListener("focusout", forget);
    region.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        const stages = [...picture.querySelectorAll("a.stage")];
        const next = stages[stages.indexOf(event.target.closest("a.stage")) + step];
        if (step && event.target.closest("a.stage") && next) {
            event.preventDefault();
            next.focus();
        }
    });
}
