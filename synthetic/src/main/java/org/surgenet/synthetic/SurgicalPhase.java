package org.surgenet.synthetic;

/** The seven phases of Cholec80, in its order, with its names. */
enum SurgicalPhase {
    PREPARATION("Preparation"),
    CALOT_TRIANGLE_DISSECTION("CalotTriangleDissection"),
    CLIPPING_CUTTING("ClippingCutting"),
    GALLBLADDER_DISSECTION("GallbladderDissection"),
    GALLBLADDER_PACKAGING("GallbladderPackaging"),
    CLEANING_COAGULATION("CleaningCoagulation"),
    GALLBLADDER_RETRACTION("GallbladderRetraction");

    private final String label;

    SurgicalPhase(String label) {
        this.label = label;
    }

    /** The name in Cholec80's annotation files. */
    public String label() {
        return label;
    }
}
