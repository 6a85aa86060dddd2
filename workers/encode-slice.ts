import { answering } from '../src/answer.js';
import { encodeSlice } from '../src/encode/slice.js';

export default answering(encodeSlice);
