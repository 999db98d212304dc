-- wrk: every thread is one client, which holds its own conversations one after another.
-- The file named on the command line: a header's value, the bodies of a conversation's turns, an empty line, and one
-- key for each conversation: "@" in header and bodies stands for it.
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  local clients, line_number = tonumber(args[2]), 0
  bodies, keys, turn, key, silent, failed, reused = {}, {}, 0, 0, 0, 0, 0
  local file = assert(io.open(args[1]))
  authorization = file:read()
  for line in file:lines() do
    if line == "" then break end
    table.insert(bodies, line)
  end
  for line in file:lines() do
    if line_number % clients == number then table.insert(keys, line) end
    line_number = line_number + 1
  end
  file:close()
end

function request()
  if turn % #bodies == 0 then
    key = key + 1
    if key > #keys then
      key, reused = 1, reused + 1
    end
  end
  turn = turn + 1
  local headers = {["Content-Type"] = "application/json"}
  if authorization ~= "" then headers["Authorization"] = authorization:gsub("@", keys[key]) end
  local body = bodies[(turn - 1) % #bodies + 1]:gsub("@", keys[key])
  return wrk.format("POST", nil, headers, body)
end

function response(status, headers, body)
  if status ~= 200 then
    failed = failed + 1
  elseif not body:find('"text"', 1, true) then
    silent = silent + 1
  end
end

function done(summary, latency, requests)
  local sum = {silent = 0, failed = 0, reused = 0}
  for _, thread in ipairs(threads) do
    for name in pairs(sum) do sum[name] = sum[name] + thread:get(name) end
  end
  local errors = summary.errors
  io.write(string.format(
    '{"p50": %.3f, "p95": %.3f, "p99": %.3f, "answers": %d, "seconds": %.3f, "silent": %d, "failed": %d, "reused": %d}\n',
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000, summary.requests,
    summary.duration / 1e6, sum.silent,
    sum.failed + errors.connect + errors.read + errors.write + errors.timeout, sum.reused))
end
