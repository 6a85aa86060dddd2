import { answering } from '../src/answer.js';
import { writeShard } from '../src/shard/formats.js';

export default answering(writeShard);
