// The browser tells how many files are chosen; the theme would write the name of one into a field that is not there.
document.addEventListener(
    "change",
    (event) => {
        if (event.target.matches("input[type=file][multiple]")) {
            event.stopImmediatePropagation();
        }
    },
    true,
);
