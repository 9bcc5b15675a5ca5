// SPDX-License-Identifier: GPL-3.0-or-later
// ThreadSanitizer intercepts POSIX threads, but not the C11 ones that librdkafka uses: it crashes in threads that it
// has not seen start, and takes what their locks order for races. So its builds link these, which say the same in
// POSIX. glibc's C11 objects are its POSIX ones under other names.
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <memory>
#include <pthread.h>
#include <threads.h>

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t) && sizeof(cnd_t) == sizeof(pthread_cond_t) &&
              sizeof(once_flag) == sizeof(pthread_once_t));

namespace
{

struct Start {
    thrd_start_t function;
    void* argument;
};

void* run(void* given)
{
    const std::unique_ptr<Start> start(static_cast<Start*>(given));
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(start->function(start->argument)));
}

pthread_mutex_t* posix(mtx_t* mutex)
{
    return reinterpret_cast<pthread_mutex_t*>(mutex);
}

pthread_cond_t* posix(cnd_t* condition)
{
    return reinterpret_cast<pthread_cond_t*>(condition);
}

int result(int code)
{
    switch (code) {
    case 0:
        return thrd_success;
    case EBUSY:
        return thrd_busy;
    case ETIMEDOUT:
        return thrd_timedout;
    case ENOMEM:
        return thrd_nomem;
    default:
        return thrd_error;
    }
}

} // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument)
{
    auto start = std::make_unique<Start>(Start{function, argument});
    const int code = pthread_create(thread, nullptr, run, start.get());
    if (code == 0)
        static_cast<void>(start.release());
    return result(code);
}

int thrd_join(thrd_t thread, int* value)
{
    void* returned = nullptr;
    const int code = pthread_join(thread, &returned);
    if (value != nullptr)
        *value = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
    return result(code);
}

int thrd_detach(thrd_t thread)
{
    return result(pthread_detach(thread));
}

void call_once(once_flag* flag, void (*function)())
{
    pthread_once(reinterpret_cast<pthread_once_t*>(flag), function);
}

int mtx_init(mtx_t* mutex, int type)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if ((type & mtx_recursive) != 0)
        pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    const int code = pthread_mutex_init(posix(mutex), &attributes);
    pthread_mutexattr_destroy(&attributes);
    return result(code);
}

int mtx_lock(mtx_t* mutex)
{
    return result(pthread_mutex_lock(posix(mutex)));
}

int mtx_trylock(mtx_t* mutex)
{
    return result(pthread_mutex_trylock(posix(mutex)));
}

int mtx_unlock(mtx_t* mutex)
{
    return result(pthread_mutex_unlock(posix(mutex)));
}

void mtx_destroy(mtx_t* mutex)
{
    pthread_mutex_destroy(posix(mutex));
}

int cnd_init(cnd_t* condition)
{
    return result(pthread_cond_init(posix(condition), nullptr));
}

int cnd_signal(cnd_t* condition)
{
    return result(pthread_cond_signal(posix(condition)));
}

int cnd_broadcast(cnd_t* condition)
{
    return result(pthread_cond_broadcast(posix(condition)));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex)
{
    return result(pthread_cond_wait(posix(condition), posix(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until)
{
    return result(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}

void cnd_destroy(cnd_t* condition)
{
    pthread_cond_destroy(posix(condition));
}
}
