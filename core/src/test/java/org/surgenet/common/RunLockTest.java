package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
    private static final String PART = "surgenet-0-of-4.lock";

    @TempDir Path folder;
    private Path run;
    private Path file;

    @BeforeEach
    void makeFolder() throws IOException {
        run = Files.createDirectory(folder.resolve("run"));
        file = run.resolve(RunLock.FILE_NAME);
    }

    private RunLock acquire() {
        return acquire(RunLock.FILE_NAME);
    }

    private RunLock acquire(String name) {
        return RunLock.acquire(run, name, "surgenet curate", "");
    }

    /** Puts the lock of another owner in place. */
    private void leave(String name, LockOwner owner) throws IOException {
        Files.writeString(run.resolve(name), owner.toJson());
    }

    /** A process of this machine that has ended. */
    private static LockOwner dead() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return Owner.here().pid(process.pid()).start("ticks 1").make();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(run)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    /** This process, with changes. */
    private static final class Owner {
        private final LockOwner self = LockOwner.current("surgenet curate", "");
        private String host = self.host();
        private String machine = "m1";
        private String boot = "b1";
        private String namespace = self.namespace();
        private long pid = self.pid();
        private String start = self.start();
        private String job = "";
        private long restarts;

        static Owner here() {
            Owner owner = new Owner();
            owner.machine = owner.self.machine();
            owner.boot = owner.self.boot();
            return owner;
        }

        static Owner somewhere() {
            return new Owner();
        }

        Owner host(String name) {
            host = name;
            return this;
        }

        Owner machine(String id) {
            machine = id;
            return this;
        }

        Owner boot(String id) {
            boot = id;
            return this;
        }

        Owner namespace(String id) {
            namespace = id;
            return this;
        }

        Owner pid(long number) {
            pid = number;
            return this;
        }

        Owner start(String time) {
            start = time;
            return this;
        }

        Owner job(String number, long times) {
            job = number;
            restarts = times;
            return this;
        }

        LockOwner make() {
            return new LockOwner(
                    "id-" + pid,
                    host,
                    machine,
                    boot,
                    namespace,
                    pid,
                    start,
                    self.user(),
                    "2026-01-02T03:04:05Z",
                    "surgenet pretrain",
                    "",
                    job,
                    restarts);
        }
    }

    @Test
    void aLiveOwnerIsNamedAndNothingChanges() throws IOException {
        Files.writeString(run.resolve("log.jsonl"), "{}");
        try (RunLock held = acquire()) {
            String before = Files.readString(file);

            assertThatThrownBy(this::acquire)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("is being written by surgenet curate")
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("on host " + LockOwner.current("", "").host())
                    .hasMessageContaining("started 20")
                    .hasMessageContaining("another output directory");

            assertThat(held).isNotNull();
            assertThat(files()).containsExactly("log.jsonl", RunLock.FILE_NAME);
            assertThat(file).hasContent(before);
        }
        assertThat(files()).containsExactly("log.jsonl");
        acquire().close();
    }

    @Test
    void foldersMadeForTheLockGoWithItWhileEmpty() throws IOException {
        Path deep = run.resolve("a/b");
        RunLock.acquire(deep, RunLock.FILE_NAME, "surgenet curate", "").close();
        assertThat(run).isEmptyDirectory();

        try (RunLock held = RunLock.acquire(deep, RunLock.FILE_NAME, "surgenet curate", "")) {
            assertThat(held).isNotNull();
            Files.writeString(deep.resolve("result.csv"), "x");
        }
        assertThat(deep.resolve("result.csv")).exists();
    }

    @Test
    void aDeadOwnersLockIsTakenOver() throws Exception {
        leave(RunLock.FILE_NAME, dead());
        acquire().close();
        // Its number belongs to another process now: this one.
        leave(RunLock.FILE_NAME, Owner.here().start("ticks 1").make());
        acquire().close();

        assertThat(run).isEmptyDirectory();
    }

    @Test
    void aTakeoverThatWasCutOffIsTakenOverToo() throws Exception {
        LockOwner first = dead();
        LockOwner second = dead();
        leave(RunLock.FILE_NAME, first);
        leave(RunLock.FILE_NAME + "." + first.id() + ".takeover", second);

        acquire().close();

        assertThat(run).isEmptyDirectory();
    }

    @Test
    void aProcessThatAwaitsItsBurialIsDead() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/stat")));
        // The shell becomes a program that never asks for its child's end.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 1000 & echo $!; exec cat").start();
        long child =
                Long.parseLong(
                        new java.io.BufferedReader(
                                        new java.io.InputStreamReader(
                                                parent.getInputStream(), StandardCharsets.UTF_8))
                                .readLine());
        try {
            // A shell that is still one would bury its child.
            Path program = Path.of("/proc/" + parent.pid() + "/comm");
            while (!Files.readString(program).equals("cat\n")) {
                Thread.onSpinWait();
            }
            ProcessHandle.of(child).orElseThrow().destroyForcibly();
            Path stat = Path.of("/proc/" + child + "/stat");
            while (!Files.readString(stat).contains(") Z ")) {
                Thread.onSpinWait();
            }

            assertThat(LockOwner.startOf(child)).isEmpty();
            assertThat(LockOwner.startOf(parent.pid())).isPresent();
        } finally {
            parent.destroy();
        }
    }

    @Test
    void whatCannotBeSeenFromHereIsRefusedWithAWayOut() throws Exception {
        LockOwner self = Owner.here().make();
        for (LockOwner other :
                List.of(
                        Owner.here().host("node7").make(),
                        Owner.here().namespace("pid:[1]").make(),
                        // Two machines of one name; or containers, which have no id.
                        Owner.somewhere().boot("b2").machine("m2").make(),
                        Owner.somewhere().boot("b2").machine("").make())) {
            assertThat(other.life(self)).isEqualTo(LockOwner.Life.UNKNOWN);
        }

        leave(RunLock.FILE_NAME, Owner.here().host("node7").make());
        assertThatThrownBy(this::acquire)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("surgenet pretrain")
                .hasMessageContaining("on host node7")
                .hasMessageContaining("started 2026-01-02T03:04:05Z")
                .hasMessageContaining("last sign of life")
                .hasMessageContaining("delete " + file);
        assertThat(files()).containsExactly(RunLock.FILE_NAME);
    }

    @Test
    void aRestartOfTheMachineAndARequeueBySlurmEndAnOwner() {
        LockOwner self = Owner.somewhere().boot("b2").job("77", 2).make();

        assertThat(Owner.somewhere().boot("b1").make().life(self)).isEqualTo(LockOwner.Life.DEAD);
        assertThat(Owner.here().host("node7").job("77", 1).make().life(self))
                .isEqualTo(LockOwner.Life.DEAD);
        assertThat(Owner.here().host("node7").job("76", 1).make().life(self))
                .isEqualTo(LockOwner.Life.UNKNOWN);
    }

    @Test
    void partsWorkSideBySideButNotTwiceTheSameNorBesideTheWhole() throws Exception {
        leave("surgenet-3-of-4.lock", dead());
        try (RunLock first = acquire(PART);
                RunLock second = acquire("surgenet-1-of-4.lock")) {
            assertThat(first).isNotSameAs(second);
            assertThatThrownBy(() -> acquire(PART)).isInstanceOf(UserException.class);
            assertThatThrownBy(this::acquire).isInstanceOf(UserException.class);
            assertThat(file).doesNotExist();
        }
        try (RunLock whole = acquire()) {
            assertThat(whole).isNotNull();
            assertThatThrownBy(() -> acquire(PART)).isInstanceOf(UserException.class);
            assertThat(run.resolve(PART)).doesNotExist();
        }
        // A whole run that was killed stands in no part's way.
        leave(RunLock.FILE_NAME, dead());
        acquire(PART).close();
    }

    /** A process that is killed between the draft and the lock leaves it. */
    @Test
    void draftsOfDeadOwnersGoAndOthersStay() throws Exception {
        leave("surgenet.lock.1-2-3.part", dead());
        leave("surgenet-3-of-4.lock.4-5-6.part", dead());
        leave("surgenet.lock.7-8-9.part", Owner.here().make());
        leave("surgenet.lock.10-11-12.part", Owner.here().host("node7").make());
        Files.writeString(run.resolve("surgenet.lock.13-14-15.part"), "");
        leave("frame.jpg.part", dead());

        acquire().close();

        assertThat(files())
                .containsExactly(
                        "frame.jpg.part",
                        "surgenet.lock.10-11-12.part",
                        "surgenet.lock.13-14-15.part",
                        "surgenet.lock.7-8-9.part");
    }

    @Test
    void aForeignFileOfThatNameIsNotReplaced() throws IOException {
        Files.writeString(file, "mine");

        assertThatThrownBy(this::acquire)
                .isInstanceOf(UserException.class)
                .hasMessageContaining(file + ": is not a lock of surgenet");
        assertThat(file).hasContent("mine");
    }

    @Test
    void processesOfOneLaunchKnowEachOther() {
        try (RunLock held = RunLock.acquire(run, RunLock.FILE_NAME, "surgenet curate", "job 1")) {
            assertThat(held).isNotNull();
            assertThatThrownBy(
                            () ->
                                    RunLock.acquire(
                                            run, RunLock.FILE_NAME, "surgenet curate", "job 1"))
                    .isInstanceOf(RunLock.SiblingException.class);
            assertThatThrownBy(
                            () ->
                                    RunLock.acquire(
                                            run, RunLock.FILE_NAME, "surgenet curate", "job 2"))
                    .isInstanceOf(UserException.class);
        }
    }

    @Test
    void ofSeveralAtTheSameInstantExactlyOneWins() throws Exception {
        int racers = 6;
        ExecutorService pool = Executors.newFixedThreadPool(racers);
        try {
            for (int round = 0; round < 30; round++) {
                if (round % 2 == 1) {
                    leave(RunLock.FILE_NAME, dead());
                }
                CyclicBarrier start = new CyclicBarrier(racers);
                Callable<RunLock> racer =
                        () -> {
                            start.await();
                            try {
                                return acquire();
                            } catch (UserException e) {
                                return null;
                            }
                        };
                List<RunLock> winners = new ArrayList<>();
                for (Future<RunLock> future :
                        pool.invokeAll(Stream.generate(() -> racer).limit(racers).toList())) {
                    if (future.get() != null) {
                        winners.add(future.get());
                    }
                }
                assertThat(winners).as("round %d", round).hasSize(1);
                winners.get(0).close();
                assertThat(run).as("round %d", round).isEmptyDirectory();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** An archive as a file system, which has no links: as some that are mounted. */
    @Test
    void whereThereAreNoLinksTheFileIsCreatedExclusively() throws Exception {
        try (FileSystem archive =
                FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
            run = archive.getPath("/run");
            try (RunLock held = acquire()) {
                assertThat(held).isNotNull();
                assertThatThrownBy(this::acquire)
                        .isInstanceOf(UserException.class)
                        .hasMessageContaining("is being written by");
                assertThat(files()).containsExactly(RunLock.FILE_NAME);
            }
            assertThat(run).doesNotExist();
        }
    }

    @Test
    void aLockThatSomebodyElseTookInTheMeantimeStays() throws Exception {
        RunLock held = acquire();
        Files.delete(file);
        leave(RunLock.FILE_NAME, Owner.here().host("node7").make());

        assertThatCode(held::close).doesNotThrowAnyException();

        assertThat(file).exists();
    }
}
