package org.surgenet.video.decode;

/** Decoding by groups cannot give the frames of a full decode here: the whole video is decoded. */
public final class NeedsFullDecodeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean differs;

    public NeedsFullDecodeException(String reason) {
        this(reason, false);
    }

    /**
     * @param differs whether the self-check found this out, which is a fault of this program
     */
    public NeedsFullDecodeException(String reason, boolean differs) {
        super(reason);
        this.differs = differs;
    }

    /** True if a frame decoded in part was not that of a decoding in full. */
    public boolean differs() {
        return differs;
    }
}
