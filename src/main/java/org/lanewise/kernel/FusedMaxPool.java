package org.lanewise.kernel;

/**
 * A max pooling by windows of 2x2 that the kernel of a convolution computes: only its outputs are
 * stored and, for a backward pass, which pixel of each window was the largest.
 *
 * @param h rows of its outputs
 * @param w columns of its outputs
 * @param groups of channels of a pixel
 * @param largest written by the forward pass, read by the others: of each sample, output and group of channels
 *        four groups of bits, one for each pixel of the window in row-major order; a bit a channel, none where
 *        no pixel has a gradient; null where no backward pass follows
 */
public record FusedMaxPool(int h, int w, int groups, int[] largest) {
    /** {@return ints from one row of outputs to the next} */
    public int row() {
        return w * groups;
    }

    /** {@return where the bits of the first channels of an output are} */
    public int at(int n, int i, int j) {
        return ((n * h + i) * w + j) * groups;
    }

    /** {@return ints of a sample that a forward pass saves} */
    public int saved() {
        return largest == null ? 0 : at(1, 0, 0);
    }

    /**
     * {@return which pixel of each window was the largest, row-major, in the order of the outputs of NCHW maps; -1 where
     * none has a gradient}
     *
     * @param samples how many
     * @param channels of the maps
     */
    public int[] argmax(int samples, int channels) {
        int lanes = channels / groups;
        int[] argmax = new int[samples * channels * h * w];
        int next = 0;
        for (int n = 0; n < samples; n++) {
            for (int c = 0; c < channels; c++) {
                for (int output = 0; output < h * w; output++) {
                    int bits = largest[at(n, 0, output) + c / lanes] >>> c % lanes;
                    int pixel = 3;
                    while (pixel >= 0 && (bits >>> pixel * lanes & 1) == 0) {
                        pixel--;
                    }
                    argmax[next++] = pixel;
                }
            }
        }
        return argmax;
    }
}
