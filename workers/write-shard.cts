// A CommonJS module for the same reason as encode-slice.cts.
async function load() {
  const [{ answering }, { writeShard }] = await Promise.all([
    import('../src/answer.js'),
    import('../src/shard/formats.js'),
  ]);
  return answering(writeShard);
}

export = load();
