package org.surgenet.synthetic;

/**
 * The thirteen classes of CholecSeg8k, in the order of their indices, with the grey value of the
 * {@code *_watershed_mask.png} files and the colour of the {@code *_color_mask.png} files.
 */
enum TissueClass {
    BACKGROUND(50, 0x7F7F7F),
    ABDOMINAL_WALL(11, 0xD28C8C),
    LIVER(21, 0xFF7272),
    GASTROINTESTINAL_TRACT(13, 0xE7469C),
    FAT(12, 0xBAB74B),
    GRASPER(31, 0xAAFF00),
    CONNECTIVE_TISSUE(23, 0xFF5500),
    BLOOD(24, 0xFF0000),
    CYSTIC_DUCT(25, 0xFFFF00),
    L_HOOK(32, 0xA9FFB8),
    GALLBLADDER(22, 0xFFA0A5),
    HEPATIC_VEIN(33, 0x003280),
    LIVER_LIGAMENT(5, 0x6F4A00);

    private static final TissueClass[] BY_INDEX = values();

    private final int grey;
    private final int colour;

    TissueClass(int grey, int colour) {
        this.grey = grey;
        this.colour = colour;
    }

    /** Value of each channel in the watershed mask. */
    public int grey() {
        return grey;
    }

    /** Colour in the colour mask, 0xRRGGBB. */
    public int colour() {
        return colour;
    }

    /** The class's index as a byte. */
    byte id() {
        return (byte) ordinal();
    }

    /** The class of an index 0 .. 12. */
    public static TissueClass of(int index) {
        return BY_INDEX[index];
    }
}
