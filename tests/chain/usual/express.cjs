// A receiver as tutorials have it: parse JSON, note the request id, answer 200. It writes a line for each transcript that
// its handler gets.
const express = require("express");

const app = express();
app.use(express.json());
app.post("/hook", (request, response) => {
  console.log(request.body?.metadata?.request_id ?? "unknown");
  response.sendStatus(200);
});
const server = app.listen(0, "127.0.0.1", () => console.error(`listens on http://127.0.0.1:${server.address().port}/hook`));
