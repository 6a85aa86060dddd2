// Piscina requires this file and awaits what it exports. An ES module would not do: Node.js 20 aborts the whole process when a
// worker is ended while it requires one.
async function load() {
  const [{ answering }, { encodeSlice }] = await Promise.all([
    import('../src/prepare/answer.js'),
    import('../src/prepare/encode-slice.js'),
  ]);
  return answering(encodeSlice);
}

export = load();
