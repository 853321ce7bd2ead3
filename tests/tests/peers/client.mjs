// tus-js-client, told by one JSON argument what to send where. Prints each answer, and how it ended, as JSON
// lines.
import { readFileSync } from 'node:fs';
import { Upload } from 'tus-js-client';

const { endpoint, file, token, metadata, chunk, first } = JSON.parse(process.argv[2]);
const say = (line) => console.log(JSON.stringify(line));

const upload = new Upload(readFileSync(file), {
  endpoint,
  metadata,
  chunkSize: chunk ?? Infinity,
  uploadDataDuringCreation: first,
  headers: { Authorization: `Bearer ${token}` },
  retryDelays: [0, 100, 200, 400, 800],
  onAfterResponse: (request, answer) => {
    say({ method: request.getMethod(), status: answer.getStatus(), offset: answer.getHeader('Upload-Offset') ?? null });
  },
  onError: (error) => {
    say({ failed: error.message });
    process.exitCode = 1;
  },
  onSuccess: () => say({ url: upload.url }),
});
upload.start();
