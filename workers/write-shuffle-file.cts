// A CommonJS module for the same reason as encode-slice.cts.
async function load() {
  const [{ answering }, { writeShuffleFile }] = await Promise.all([
    import('../src/prepare/answer.js'),
    import('../src/formats/shuffle/write.js'),
  ]);
  return answering(writeShuffleFile);
}

export = load();
