package org.surgenet.video.store;

import java.io.IOException;

/** The folder of one video holds what no record of ours tells of; the others can go on. */
public final class RefusedFolderException extends IOException {
    private static final long serialVersionUID = 1L;

    public RefusedFolderException(String message) {
        super(message);
    }
}
