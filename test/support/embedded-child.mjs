// Starts the embedded server and prints it as a line of JSON; then stops it ('once'), or keeps it until it is killed.
import { startEmbedded } from '#src/db/embedded/index.js';

const [, , folder, fallbackFolder, mode] = process.argv;
const server = await startEmbedded({ folder, fallbackFolder, log: { info: () => {}, warn: () => {} } });
process.stdout.write(`${JSON.stringify(server)}\n`);
if (mode === 'once') await server.stop();
else setInterval(() => {}, 60_000);
