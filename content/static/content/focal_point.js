// The focal point of a picture: chosen with a click on it, or written into the two number fields.
document.addEventListener("DOMContentLoaded", () => {
    const picture = document.querySelector(".picture-focus");
    const across = document.getElementById("id_focal_x");
    const down = document.getElementById("id_focal_y");
    if (!picture || !across || !down) {
        return;
    }
    const mark = picture.querySelector("span");
    const share = (part, whole) => Math.min(1, Math.max(0, part / whole)).toFixed(3);
    const show = () => {
        mark.style.left = `${across.value * 100}%`;
        mark.style.top = `${down.value * 100}%`;
    };
    picture.classList.add("can-move");
    picture.addEventListener("click", (event) => {
        const box = picture.getBoundingClientRect();
        across.value = share(event.clientX - box.left, box.width);
        down.value = share(event.clientY - box.top, box.height);
        across.dispatchEvent(new Event("input", { bubbles: true }));
        across.dispatchEvent(new Event("change", { bubbles: true })); // whoever leaves now is warned
    });
    across.addEventListener("input", show);
    down.addEventListener("input", show);
});
