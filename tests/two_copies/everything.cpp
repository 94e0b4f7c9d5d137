// SPDX-License-Identifier: BSL-1.0
// Uses what the headers have, with types that several modules may share.
#include <filch/filch.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <vector>

using text_task = std::function<std::string()>;

void use_everything(filch::thread_pool& pool, std::function<void()> f, std::vector<std::function<void()>>& many,
                    const text_task& text) {
  pool.execute(f);
  static_cast<void>(pool.try_execute(f));
  pool.execute_bulk(many.begin(), many.end());
  pool.spawn(f).detach();
  filch::join_handle<std::string> handle = pool.spawn(text);
  static_cast<void>(handle.is_finished() || handle.wait_for(std::chrono::seconds(1)) || handle.cancel());
  handle.wait();
  handle.join();
  handle.get();
  static_cast<void>(handle.wait_until(std::chrono::system_clock::now()));
  std::vector<filch::join_handle<std::string>> handles;
  static_cast<void>(filch::when_any(handles));
  static_cast<void>(filch::join_all(handles));
  static_cast<void>(filch::join_all(handle, pool.spawn(f)));
  filch::blocking(f);
  static_cast<void>(filch::blocking(text));
  pool.invoke(f);
  static_cast<void>(pool.invoke(text));
  pool.wait_idle();
  static_cast<void>(pool.wait_idle_for(std::chrono::seconds(1)));
  pool.set_idle_policy(filch::idle_policy::eager());
  filch::fork_join(f, f);
  filch::fork_join(text, f);
  filch::fork_join(pool, text, f);
  filch::parallel_invoke(pool, f, text, f);
  filch::parallel_invoke(f, text, f);
  {
    filch::task_group group;
    group.run(f);
    group.wait();
    group.run_and_wait(f);
    static_cast<void>(group.wait_for(std::chrono::seconds(1)));
    group.cancel();
    static_cast<void>(group.get_stop_token());
    static_cast<void>(group.exceptions());
  }
  filch::task_group group(pool);
  const std::function<void(filch::task_group&)> in_scope;
  filch::scope(in_scope);
  filch::scope(pool, in_scope);
  const std::function<void(int)> each;
  const std::function<void(int, int)> block;
  const std::function<void(std::function<void()>&)> element;
  filch::parallel_for(0, 9, each);
  filch::parallel_for_blocks(0, 9, block);
  filch::parallel_for(many, element);
  filch::parallel_for(many.begin(), many.end(), element);
  filch::hook<void(int)> h = each;
  h(1);
  static_cast<void>(filch::thread_pool::build(filch::pool_options{}, *new std::error_code));
}
