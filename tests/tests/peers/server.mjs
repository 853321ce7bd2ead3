// @tus/server on a port of its own, keeping files in the folder that is its one argument. Prints its address.
import { createServer } from 'node:http';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';

const tus = new Server({ path: '/v1/uploads', datastore: new FileStore({ directory: process.argv[2] }) });
const http = createServer((request, answer) => tus.handle(request, answer));
http.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${http.address().port}`));
// Whoever started this holds the other end of its input, and lets go of it however it ends.
process.stdin.on('end', () => process.exit()).resume();
