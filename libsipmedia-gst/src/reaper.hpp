// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>

namespace sipmedia {

/// The process-wide thread on which pipelines die. Setting a pipeline to NULL joins its threads, so it must not happen
/// on one of those, and it takes milliseconds that an executor would rather spend otherwise.
class Reaper {
public:
    using Job = std::move_only_function<void()>;

    /// Made on first use; joined at exit, after the jobs that are queued.
    static Reaper& instance();

    void add(Job job);  ///< any thread, also a GStreamer one
    void wait_until_idle();

    ~Reaper();

private:
    Reaper();
    void run(std::stop_token stop);

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::queue<Job> jobs_;
    bool busy_ = false;
    std::jthread thread_;
};

}  // namespace sipmedia
