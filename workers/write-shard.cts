// A CommonJS module for the same reason as encode-slice.cts.
async function load() {
  const [{ answering }, { writeShard }] = await Promise.all([
    import('../src/prepare/answer.js'),
    import('../src/formats/formats.js'),
  ]);
  return answering(writeShard);
}

export = load();
