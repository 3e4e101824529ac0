// Express with the receiver as one of its routes, or in front of the whole app. It writes a line for each delivery that its handler gets.
//
//     express.cjs route|front STORE
//
// With a store that keeps, the handler comes after the answer; with `memory` before it.
const { createServer } = require("node:http");
const express = require("express");
const { Receiver } = require("../../../node");

const [place, store] = process.argv.slice(2);
const receiver = new Receiver({ store, url: "https://example.com/hook" });
receiver.onAny({}, ({ id, job, kind }) => console.log(JSON.stringify({ id, job, kind })));

const app = express();
if (place === "route") app.post("/hook", receiver.express()); // before body parsers
app.use(express.json());
const server = createServer(place === "front" ? receiver.node(app) : app);
server.listen(0, "127.0.0.1", () => console.error(`listens on http://127.0.0.1:${server.address().port}/hook`));
