// anywidget calls this: `model` has the traits of the Python class, `el` is the widget's element.
export default {
  render({ model, el }) {
    function draw() {
      el.replaceChildren(
        ...Array.from({ length: model.get("count") }, (_, index) => {
          const star = document.createElement("button");
          star.textContent = index < model.get("rating") ? "★" : "☆";
          star.className = "star";
          star.ariaLabel = `${index + 1} of ${model.get("count")}`;
          star.onclick = () => {
            model.set("rating", index + 1);
            model.save_changes();
          };
          return star;
        }),
      );
    }
    model.on("change:rating change:count", draw);
    draw();
  },
};
