// Submits with the official JavaScript SDK: BASE CALLBACK. Prints one JSON object a line.
const { DeepgramClient, DeepgramError } = require("@deepgram/sdk");

const [base, callback] = process.argv.slice(2);
const environment = { base, production: base, agent: base, agentRest: base };
const client = new DeepgramClient({ apiKey: "any", environment, maxRetries: 0 });
const say = (name, values) => console.log(JSON.stringify({ name, ...values }));

(async () => {
  const url = "https://example.com/a.wav";
  const more = { diarize: true, utterances: true, tag: ["one", "two"], extra: ["k:v w"] };
  let reply = await client.listen.v1.media.transcribeUrl({ url, callback, ...more });
  say("listen", { request_id: reply.request_id });
  reply = await client.listen.v1.media.transcribeFile(Buffer.from("RIFF0000WAVE"), { callback, callback_method: "PUT" });
  say("file", { request_id: reply.request_id });
  reply = await client.read.v1.text.analyze({
    body: { text: "A storm closed the road." }, callback, language: "en", summarize: "v2", topics: true,
  });
  say("read", { request_id: reply.request_id });
  // The SDK takes whatever comes for audio.
  reply = await client.speak.v1.audio.generate({ text: "hello", callback });
  say("speak", { request_id: JSON.parse(Buffer.from(await reply.arrayBuffer())).request_id });
  try {
    await client.listen.v1.media.transcribeUrl({ url, callback: "no-scheme.example/hook" });
  } catch (error) {
    say("refused", { status: error.statusCode, body: error.body });
  }
})();
