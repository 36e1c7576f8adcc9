/**
 * Files of arrays: NumPy's {@code .npy} and {@code .npz}, IDX, gzip, and in them models and
 * checkpoints, of which a {@link org.lanewise.io.CheckpointFolder} keeps the last few.
 *
 * <p>Readers check everything before they believe it: a file that is cut, altered or not what it
 * says is a {@link org.lanewise.io.FileFormatException} that names the file and the place.
 * Writers replace a file whole or leave it as it was.
 */
package org.lanewise.io;
