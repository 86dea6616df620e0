// Lists the calls of openapi.json; nothing is loaded from anywhere else.
const place = document.getElementById("calls");
const element = (name, text, ...children) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
};
const resolve = (document_, value) =>
  value && value.$ref ? value.$ref.slice(2).split("/").reduce((at, key) => at[key], document_) : value;

fetch("openapi.json").then((answer) => answer.json()).then((api) => {
  place.replaceChildren();
  for (const [path, item] of Object.entries(api.paths)) {
    for (const [method, call] of Object.entries(item)) {
      if (!call.responses) continue;
      const box = element("details", "", element("summary", "", element("b", method.toUpperCase()), `${path} — ${call.summary || ""}`));
      const body = call.requestBody?.content?.["application/json"]?.schema;
      if (body) box.append(element("h3", "Body"), element("pre", JSON.stringify(resolve(api, body), null, 2)));
      for (const [status, answer] of Object.entries(call.responses)) {
        const shown = resolve(api, answer);
        const schema = Object.values(shown.content || {})[0]?.schema;
        box.append(element("h3", `${status} ${shown.description || ""}`));
        if (schema) box.append(element("pre", JSON.stringify(resolve(api, schema), null, 2)));
      }
      place.append(box);
    }
  }
});
