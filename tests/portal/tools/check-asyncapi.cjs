// Parses an AsyncAPI document from standard input; prints what is wrong with it, a line each, and ends with 1 then.
const { Parser } = require("@asyncapi/parser");

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const { document, diagnostics } = await new Parser().parse(Buffer.concat(chunks).toString("utf8"));
  const errors = diagnostics.filter((one) => one.severity === 0);
  for (const one of errors) console.log(`${one.path.join(".")}: ${one.message}`);
  if (!document || errors.length) process.exit(1);
  console.log(`${document.channels().length} channels, ${document.messages().length} messages`);
}

main();
