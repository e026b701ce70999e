/**
 * A request's body as text.
 * @param {import("node:http").IncomingMessage} request
 */
export async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
