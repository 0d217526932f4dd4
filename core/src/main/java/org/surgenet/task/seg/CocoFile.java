package org.surgenet.task.seg;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.image.ImageHeader;
import org.surgenet.image.Images;

/** What a file of COCO's instances says. */
final class CocoFile {
    private static final String IMAGES = "images";
    private static final String ANNOTATIONS = "annotations";
    private static final String CATEGORIES = "categories";

    private final Path file;
    private final Map<Long, Image> images = new LinkedHashMap<>();
    private final Map<Long, List<Annotation>> annotations = new HashMap<>();
    private final TreeMap<Long, String> categories = new TreeMap<>();

    private CocoFile(Path file) {
        this.file = file;
    }

    /**
     * @param fileName as it is written
     * @param width pixels; 0 if not given
     * @param height pixels; 0 if not given
     * @param video its {@code video_id}; empty if not given
     * @param place in the file, for messages
     */
    record Image(String fileName, long width, long height, String video, String place) {
        /**
         * @throws UserException if the file says another size than the image has
         */
        void requireSize(Path path, ImageHeader header) {
            boolean known = width > 0 && height > 0;
            if (known && (width != header.width() || height != header.height())) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s: says %d x %d, but the image %s is %d x %d; its annotations are"
                                        + " not for this image",
                                place,
                                width,
                                height,
                                path,
                                header.width(),
                                header.height()));
            }
        }
    }

    /**
     * @param category id
     * @param polygons x and y in turn, pixels; null where there are run lengths
     * @param runs of pixels, see {@link CocoShapes#ofCounts}; null where there are polygons
     * @param size height and width that these are for
     * @param crowd whether it is marked {@code iscrowd}
     * @param place in the file, for messages
     */
    record Annotation(
            long category,
            List<double[]> polygons,
            int[] runs,
            long[] size,
            boolean crowd,
            String place) {
        /** Whether it has more than a box. */
        boolean hasShape() {
            return runs != null || !polygons.isEmpty();
        }

        /** Its parts as {@link CocoShapes} has them. */
        List<int[]> parts(int width, int height) {
            if (runs == null) {
                return polygons.stream()
                        .map(polygon -> CocoShapes.ofPolygon(polygon, width, height, place))
                        .toList();
            }
            if (size[0] != height || size[1] != width) {
                throw new UserException(
                        place
                                + ": its run lengths are for "
                                + size[1]
                                + " x "
                                + size[0]
                                + ", but the image is "
                                + width
                                + " x "
                                + height);
            }
            return List.of(runs);
        }
    }

    /**
     * Reads a file; empty if it has no list of images.
     *
     * @throws UserException naming file and line of what is not as COCO has it
     */
    static Optional<CocoFile> read(Path file) {
        CocoFile coco = new CocoFile(file);
        Set<String> lists = Json.scan(file, Set.of(IMAGES, ANNOTATIONS, CATEGORIES), coco::take);
        if (!lists.contains(IMAGES)) {
            return Optional.empty();
        }
        for (String list : List.of(ANNOTATIONS, CATEGORIES)) {
            if (!lists.contains(list)) {
                throw new UserException(file + ": has no list '" + list + "'");
            }
        }
        for (Map.Entry<Long, List<Annotation>> of : coco.annotations.entrySet()) {
            if (!coco.images.containsKey(of.getKey())) {
                throw new UserException(
                        of.getValue().get(0).place
                                + ": has the image_id "
                                + of.getKey()
                                + ", which is not among the images");
            }
        }
        return Optional.of(coco);
    }

    private void take(String list, int index, long line, JsonNode element) {
        String place = file + ":" + line + ": " + list + "[" + index + "]";
        long id = list.equals(ANNOTATIONS) ? 0 : id(element, "id", place);
        switch (list) {
            case IMAGES -> {
                Image image =
                        new Image(
                                element.path("file_name").asText(""),
                                element.path("width").asLong(0),
                                element.path("height").asLong(0),
                                element.path("video_id").asText(""),
                                place);
                if (images.put(id, image) != null) {
                    throw new UserException(place + ": has the id " + id + " of another image");
                }
            }
            case CATEGORIES -> {
                String name = element.path("name").asText("").strip();
                if (name.isEmpty()) {
                    throw new UserException(place + ": has no name");
                }
                if (categories.put(id, name) != null) {
                    throw new UserException(place + ": has the id " + id + " of another category");
                }
            }
            default ->
                    annotations
                            .computeIfAbsent(id(element, "image_id", place), i -> new ArrayList<>())
                            .add(annotation(element, place));
        }
    }

    private static long id(JsonNode element, String key, String place) {
        JsonNode id = element.path(key);
        if (!id.isIntegralNumber() || !id.canConvertToLong()) {
            throw new UserException(
                    place + ": '" + key + "' is " + id + "; a whole number is expected");
        }
        return id.longValue();
    }

    private static Annotation annotation(JsonNode element, String place) {
        JsonNode shape = element.path("segmentation");
        boolean runs = shape.isObject();
        if (!runs && !shape.isArray() && !shape.isMissingNode() && !shape.isNull()) {
            throw new UserException(
                    place + ": its segmentation is neither polygons nor run lengths");
        }
        long[] size = runs ? size(shape, place) : new long[0];
        return new Annotation(
                id(element, "category_id", place),
                runs ? List.of() : polygons(shape, place),
                runs ? runs(shape.path("counts"), size, place) : null,
                size,
                element.path("iscrowd").asInt(0) != 0,
                place);
    }

    /** Height and width that run lengths are for, within what images can have. */
    private static long[] size(JsonNode shape, String place) {
        JsonNode size = shape.path("size");
        long height = size.path(0).asLong(0);
        long width = size.path(1).asLong(0);
        if (size.size() != 2
                || height < 1
                || width < 1
                || width > Images.MAX_PIXELS
                || height > Images.MAX_PIXELS / width) {
            throw new UserException(
                    place + ": its run lengths are for the size " + size + ", which no image has");
        }
        return new long[] {height, width};
    }

    private static int[] runs(JsonNode counts, long[] size, String place) {
        if (!counts.isArray() && !counts.isTextual()) {
            throw new UserException(place + ": its segmentation has no counts (a list or text)");
        }
        return CocoShapes.ofCounts(counts, Math.toIntExact(size[0] * size[1]), place);
    }

    private static List<double[]> polygons(JsonNode shape, String place) {
        List<double[]> polygons = new ArrayList<>();
        for (JsonNode one : shape) {
            if (!one.isArray() || one.size() < 6 || one.size() % 2 != 0) {
                throw new UserException(
                        place
                                + ": polygon "
                                + polygons.size()
                                + " has "
                                + one.size()
                                + " coordinates; an even number from 6 on is expected");
            }
            double[] polygon = new double[one.size()];
            for (int i = 0; i < polygon.length; i++) {
                if (!one.get(i).isNumber()) {
                    throw new UserException(
                            place + ": polygon " + polygons.size() + " holds " + one.get(i));
                }
                polygon[i] = one.get(i).doubleValue();
            }
            polygons.add(polygon);
        }
        return polygons;
    }

    Path file() {
        return file;
    }

    /** By id, in the order of the file. */
    Map<Long, Image> images() {
        return images;
    }

    /** Names by id. */
    Map<Long, String> categories() {
        return categories;
    }

    /** An image's annotations in the order of the file. */
    List<Annotation> of(long image) {
        return annotations.getOrDefault(image, List.of());
    }
}
