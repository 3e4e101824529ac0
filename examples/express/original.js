// What most programs have at that URL. It answers 413 to everything above 100 kB, takes transcripts from anybody, takes the same one twice, and
// loses the one that it was working on when it ends.
import express from 'express'

const app = express()
app.use(express.json())
app.post('/hook', (req, res) => {
  console.log(req.body.results.channels[0].alternatives[0].transcript)
  res.sendStatus(200)
})
app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', function () {
  console.log(`listening on port ${this.address().port}`)
})
