<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_TW" sourcelanguage="en">
<context>
    <name>ChartAccessible</name>
    <message>
        <source>%1: %2, rising</source>
        <comment>a line of a chart and its value</comment>
        <translation>%1：%2，上升</translation>
    </message>
    <message>
        <source>%1: %2, falling</source>
        <comment>a line of a chart and its value</comment>
        <translation>%1：%2，下降</translation>
    </message>
    <message>
        <source>%1: %2, steady</source>
        <comment>a line of a chart and its value</comment>
        <translation>%1：%2，持平</translation>
    </message>
    <message>
        <source>Nothing is drawn yet.</source>
        <translation>尚未繪製任何內容。</translation>
    </message>
</context>
<context>
    <name>ChartFile</name>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG 圖片 (*.png)</translation>
    </message>
    <message>
        <source>SVG picture (*.svg)</source>
        <translation>SVG 圖片 (*.svg)</translation>
    </message>
    <message>
        <source>CSV table of the values (*.csv)</source>
        <translation>CSV 數值表格 (*.csv)</translation>
    </message>
    <message>
        <source>%1 is there already. Replace it?</source>
        <translation>%1 已經存在。要取代嗎？</translation>
    </message>
</context>
<context>
    <name>ChartHead</name>
    <message>
        <source>%1 (right)</source>
        <translation>%1（右軸）</translation>
    </message>
</context>
<context>
    <name>ColumnPictures</name>
    <message>
        <source>%1 others</source>
        <translation>其他 %1 個</translation>
    </message>
    <message>
        <source>private</source>
        <translation>私密</translation>
    </message>
    <message>
        <source>From %1 to %2</source>
        <translation>從 %1 到 %2</translation>
    </message>
    <message>
        <source>, by class: %1</source>
        <translation>，依類別：%1</translation>
    </message>
    <message>
        <source> · median of %1 %2</source>
        <translation> · %1 的中位數 %2</translation>
    </message>
    <message>
        <source>%1 more levels: %2</source>
        <translation>另有 %1 個值：%2</translation>
    </message>
    <message>
        <source>%1 from %2 to %3, in bins of it: quartiles (bars), median (lines) and mean (dots) of %4</source>
        <translation>%1 從 %2 到 %3，依其分箱：%4 的四分位數（長條）、中位數（線）與平均（點）</translation>
    </message>
</context>
<context>
    <name>PredictionText</name>
    <message>
        <source>%1: %2</source>
        <comment>a class and its probability</comment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a target and its value</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>a score and its value</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>cluster</source>
        <translation>叢集</translation>
    </message>
    <message>
        <source>cluster does not answer</source>
        <translation>叢集沒有回應</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>連線中</translation>
    </message>
    <message>
        <source>local cluster</source>
        <translation>本機叢集</translation>
    </message>
    <message>
        <source>Kafka %1 · %2</source>
        <translation>Kafka %1 · %2</translation>
    </message>
    <message>
        <source>local cluster starts</source>
        <translation>本機叢集啟動中</translation>
    </message>
    <message>
        <source>local cluster stops</source>
        <translation>本機叢集停止中</translation>
    </message>
    <message>
        <source>local cluster failed</source>
        <translation>本機叢集失敗</translation>
    </message>
    <message>
        <source>no cluster</source>
        <translation>沒有叢集</translation>
    </message>
    <message>
        <source>1 record</source>
        <translation>1 筆記錄</translation>
    </message>
    <message>
        <source>%1 records</source>
        <translation>%1 筆記錄</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩餘 %1</translation>
    </message>
</context>
<context>
    <name>RowsModel</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>RunRows</name>
    <message>
        <source>nothing new</source>
        <translation>沒有新記錄</translation>
    </message>
    <message>
        <source>nothing scored</source>
        <translation>未評分任何記錄</translation>
    </message>
    <message>
        <source>nothing learnt</source>
        <translation>未學習任何記錄</translation>
    </message>
    <message>
        <source>nothing predicted</source>
        <translation>未預測任何記錄</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>%1 · %2 learnt before</source>
        <translation>%1 · 其中 %2 先前已學習</translation>
    </message>
    <message>
        <source>Select a run first.</source>
        <translation>請先選取一次執行。</translation>
    </message>
    <message>
        <source>Its run.json cannot be read.</source>
        <translation>無法讀取其 run.json。</translation>
    </message>
    <message>
        <source>The run is live.</source>
        <translation>此執行仍在進行。</translation>
    </message>
    <message>
        <source>It learns nothing: only a training or an online run can be done again.</source>
        <translation>它不學習：只有訓練或線上學習可以再做一次。</translation>
    </message>
    <message>
        <source>Needs a cluster: start or connect one on the Cluster page.</source>
        <translation>需要叢集：請在「叢集」頁啟動或連線。</translation>
    </message>
    <message>
        <source>status</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>run</source>
        <translation>執行</translation>
    </message>
    <message>
        <source>started</source>
        <translation>開始時間</translation>
    </message>
    <message>
        <source>records</source>
        <translation>記錄數</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>種類</translation>
    </message>
    <message>
        <source>topic</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>It is done: there is nothing left to learn. Reproduce does it again.</source>
        <translation>它已完成，沒有可再學習的。「重現」會再做一次。</translation>
    </message>
    <message>
        <source>It has saved no checkpoint to compare with.</source>
        <translation>它沒有儲存可供比較的檢查點。</translation>
    </message>
    <message>
        <source>It has saved no checkpoint: there is no model.</source>
        <translation>它沒有儲存檢查點，因此沒有模型。</translation>
    </message>
    <message>
        <source>It has no model of its own: select the training that it uses.</source>
        <translation>它沒有自己的模型：請選取它所用的訓練。</translation>
    </message>
    <message>
        <source>The run is live; stop it first.</source>
        <translation>此執行仍在進行；請先停止。</translation>
    </message>
    <message>
        <source>“%1” uses it; stop that first.</source>
        <translation>「%1」正在使用它；請先停止。</translation>
    </message>
    <message>
        <source>Run %1, which is live, uses it; stop that first.</source>
        <translation>進行中的執行 %1 正在使用它；請先停止。</translation>
    </message>
</context>
<context>
    <name>Tables</name>
    <message>
        <source>OK</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暫停</translation>
    </message>
    <message>
        <source>falling behind</source>
        <translation>逐漸落後</translation>
    </message>
    <message>
        <source>went back</source>
        <translation>倒退</translation>
    </message>
    <message>
        <source>not moving</source>
        <translation>沒有移動</translation>
    </message>
    <message>
        <source>stalled</source>
        <translation>停滯</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>beyond the end</source>
        <translation>超出末端</translation>
    </message>
    <message>
        <source>held back</source>
        <translation>受阻</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>system</source>
        <translation>跟隨系統</translation>
    </message>
    <message>
        <source>light</source>
        <translation>淺色</translation>
    </message>
    <message>
        <source>0.001</source>
        <translation>0.001</translation>
    </message>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>準確率</translation>
    </message>
    <message>
        <source>Average precision</source>
        <translation>平均精確率</translation>
    </message>
    <message>
        <source>Balanced accuracy</source>
        <translation>平衡準確率</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Brier score</source>
        <translation>Brier 分數</translation>
    </message>
    <message>
        <source>By column</source>
        <translation>依欄</translation>
    </message>
    <message>
        <source>Checkpoints</source>
        <translation>檢查點</translation>
    </message>
    <message>
        <source>Class weights</source>
        <translation>類別權重</translation>
    </message>
    <message>
        <source>Cohen&apos;s kappa: the agreement beyond that of chance with the same shares; 1 is perfect, 0 is chance</source>
        <translation>Cohen 的 Kappa：超出相同比例下隨機猜測的一致程度；1 為完美，0 等同隨機</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>欄</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>註解</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Decimal</source>
        <translation>小數點</translation>
    </message>
    <message>
        <source>Decimals</source>
        <translation>小數位數</translation>
    </message>
    <message>
        <source>Detectors</source>
        <translation>偵測器</translation>
    </message>
    <message>
        <source>Drift</source>
        <translation>漂移</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>編碼</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>訓練週期</translation>
    </message>
    <message>
        <source>Events</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Every, s</source>
        <translation>每隔（s）</translation>
    </message>
    <message>
        <source>Every, steps</source>
        <translation>每隔（步）</translation>
    </message>
    <message>
        <source>Existing</source>
        <translation>已存在時</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特徵</translation>
    </message>
    <message>
        <source>File</source>
        <translation>檔案</translation>
    </message>
    <message>
        <source>First rows</source>
        <translation>前幾列</translation>
    </message>
    <message>
        <source>Folder, MB</source>
        <translation>資料夾（MB）</translation>
    </message>
    <message>
        <source>For records</source>
        <translation>持續筆數</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Friday</source>
        <translation>星期五</translation>
    </message>
    <message>
        <source>From</source>
        <translation>讀自</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>群組</translation>
    </message>
    <message>
        <source>Header</source>
        <translation>標題列</translation>
    </message>
    <message>
        <source>Interval, ms</source>
        <translation>間隔（ms）</translation>
    </message>
    <message>
        <source>Into</source>
        <translation>輸出檔</translation>
    </message>
    <message>
        <source>Joined by</source>
        <translation>對應依據</translation>
    </message>
    <message>
        <source>Kafka</source>
        <translation>Kafka</translation>
    </message>
    <message>
        <source>Kappa</source>
        <translation>Kappa</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>鍵</translation>
    </message>
    <message>
        <source>Last value</source>
        <translation>前一個值</translation>
    </message>
    <message>
        <source>Late labels</source>
        <translation>遲到的標籤</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>學習</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>學習率</translation>
    </message>
    <message>
        <source>Linger, ms</source>
        <translation>等待（ms）</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>損失</translation>
    </message>
    <message>
        <source>MAE</source>
        <translation>MAE</translation>
    </message>
    <message>
        <source>Macro F1</source>
        <translation>巨觀 F1</translation>
    </message>
    <message>
        <source>Majority class</source>
        <translation>多數類別</translation>
    </message>
    <message>
        <source>Mean value</source>
        <translation>平均值</translation>
    </message>
    <message>
        <source>Median error</source>
        <translation>誤差中位數</translation>
    </message>
    <message>
        <source>Mini-dataset</source>
        <translation>小資料集</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>星期一</translation>
    </message>
    <message>
        <source>No change</source>
        <translation>不變</translation>
    </message>
    <message>
        <source>On a drift</source>
        <translation>漂移時</translation>
    </message>
    <message>
        <source>On error</source>
        <translation>發生錯誤時</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>最佳化器</translation>
    </message>
    <message>
        <source>Or file</source>
        <translation>或檔案</translation>
    </message>
    <message>
        <source>Or last rows</source>
        <translation>或最後幾列</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>順序</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>分割區</translation>
    </message>
    <message>
        <source>Partitions</source>
        <translation>分割區</translation>
    </message>
    <message>
        <source>Passes</source>
        <translation>遍數</translation>
    </message>
    <message>
        <source>Patience</source>
        <translation>耐心值</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精確率</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>設定檔</translation>
    </message>
    <message>
        <source>RMSE</source>
        <translation>RMSE</translation>
    </message>
    <message>
        <source>Rate limit</source>
        <translation>速率上限</translation>
    </message>
    <message>
        <source>Rate times</source>
        <translation>學習率倍數</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>Retries</source>
        <translation>重試次數</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>資料列</translation>
    </message>
    <message>
        <source>Rows of</source>
        <translation>輸入檔</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>執行</translation>
    </message>
    <message>
        <source>Run name</source>
        <translation>執行名稱</translation>
    </message>
    <message>
        <source>R²</source>
        <translation>R²</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>星期六</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>排程</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>分數</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>隨機種子</translation>
    </message>
    <message>
        <source>Separator</source>
        <translation>分隔字元</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>Shuffle buffer</source>
        <translation>打亂緩衝區</translation>
    </message>
    <message>
        <source>Skip at lag</source>
        <translation>落後時略過</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>起始模型</translation>
    </message>
    <message>
        <source>Stream</source>
        <translation>串流</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>星期日</translation>
    </message>
    <message>
        <source>TLS</source>
        <translation>TLS</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Temporal kappa</source>
        <translation>時間 Kappa</translation>
    </message>
    <message>
        <source>Test part</source>
        <translation>測試部分</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>執行緒</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>門檻</translation>
    </message>
    <message>
        <source>Thursday</source>
        <translation>星期四</translation>
    </message>
    <message>
        <source>To</source>
        <translation>寫入</translation>
    </message>
    <message>
        <source>Top-3 accuracy</source>
        <translation>前 3 名準確率</translation>
    </message>
    <message>
        <source>Topic</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>Train part</source>
        <translation>訓練部分</translation>
    </message>
    <message>
        <source>Tuesday</source>
        <translation>星期二</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>讀到</translation>
    </message>
    <message>
        <source>Validation part</source>
        <translation>驗證部分</translation>
    </message>
    <message>
        <source>Validation split</source>
        <translation>驗證分割</translation>
    </message>
    <message>
        <source>Wait, records</source>
        <translation>等待（筆）</translation>
    </message>
    <message>
        <source>Watch</source>
        <translation>監看</translation>
    </message>
    <message>
        <source>Wednesday</source>
        <translation>星期三</translation>
    </message>
    <message>
        <source>Weighted F1</source>
        <translation>加權 F1</translation>
    </message>
    <message>
        <source>a built-in model</source>
        <translation>內建模型</translation>
    </message>
    <message>
        <source>a checkpoint every so many steps (0: none)</source>
        <translation>每隔多少步存一個檢查點（0：不存）</translation>
    </message>
    <message>
        <source>a column: how much a row counts; no feature</source>
        <translation>一欄：一列的計算份量；不作為特徵</translation>
    </message>
    <message>
        <source>a column: how much a row counts; no feature (of a topic that was not published here)</source>
        <translation>一欄：一列的計算份量；不作為特徵（用於不是由此發布的主題）</translation>
    </message>
    <message>
        <source>a file to predict in place of a topic: CSV or JSON, plain, gzip or zstd; its columns are found by name, and it needs no label</source>
        <translation>代替主題、供預測的檔案：CSV 或 JSON，未壓縮、gzip 或 zstd；依名稱尋找各欄，不需要標籤</translation>
    </message>
    <message>
        <source>a file with labelled rows to score in place of a topic: CSV or JSON, plain, gzip or zstd; its columns are found by name</source>
        <translation>代替主題、供評分的檔案，各列帶有標籤：CSV 或 JSON，未壓縮、gzip 或 zstd；依名稱尋找各欄</translation>
    </message>
    <message>
        <source>a file with the same columns is the test part</source>
        <translation>以一個欄位相同的檔案作為測試部分</translation>
    </message>
    <message>
        <source>a model, as JSON or a .json file, instead of the preset</source>
        <translation>取代預設組的模型，以 JSON 或 .json 檔案給出</translation>
    </message>
    <message>
        <source>a new model</source>
        <translation>新模型</translation>
    </message>
    <message>
        <source>a run to do again as its journal says</source>
        <translation>要依其紀錄重現的執行</translation>
    </message>
    <message>
        <source>a run to go on with from its last checkpoint</source>
        <translation>要從最後一個檢查點繼續的執行</translation>
    </message>
    <message>
        <source>a run&apos;s folder or name</source>
        <translation>執行的資料夾或名稱</translation>
    </message>
    <message>
        <source>a topic that holds records already: refuse, append, or replace, which deletes them</source>
        <translation>主題已有記錄時：refuse（拒絕）、append（附加），或 replace（取代，會刪除原有記錄）</translation>
    </message>
    <message>
        <source>a topic that holds records already: refuse, append, or replace, which deletes them; a file that is there: replace it, else it is refused</source>
        <translation>主題已有記錄時：refuse（拒絕）、append（附加），或 replace（取代，會刪除原有記錄）；檔案已存在時：replace 會取代，否則拒絕</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>準確率</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>an online run&apos;s folder or name; without it errors are drawn</source>
        <translation>線上學習執行的資料夾或名稱；未指定時，誤差由亂數產生</translation>
    </message>
    <message>
        <source>and one every so many seconds</source>
        <translation>並且每隔多少秒存一個</translation>
    </message>
    <message>
        <source>area under the ROC curve: how often a record of class 1 is ranked above one of class 0; 1 is perfect, 0.5 is chance, whatever the shares of the classes. Of more classes the mean of each against all others. Not defined while there is one class only, and above 100 classes</source>
        <translation>ROC 曲線下面積：類別 1 的記錄排在類別 0 之前的頻率；1 為完美，0.5 等同隨機，與各類別的比例無關。類別更多時，為每個類別對其餘所有類別的平均。只有一個類別或超過 100 個類別時沒有定義</translation>
    </message>
    <message>
        <source>as few as needed</source>
        <translation>夠用即可</translation>
    </message>
    <message>
        <source>as it was</source>
        <translation>沿用原值</translation>
    </message>
    <message>
        <source>as the other</source>
        <translation>與來源相同</translation>
    </message>
    <message>
        <source>at least so long between checkpoints after mini-datasets</source>
        <translation>小資料集之後的檢查點至少相隔這麼久</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>auto, UTF-8, UTF-16LE, Windows-1252, Big5, GB18030, Shift-JIS, or another of iconv</source>
        <translation>auto（自動）、UTF-8、UTF-16LE、Windows-1252、Big5、GB18030、Shift-JIS，或 iconv 支援的其他編碼</translation>
    </message>
    <message>
        <source>auto, comma, semicolon, tab, pipe, blanks (one or several), or a character</source>
        <translation>auto（自動）、comma（逗號）、semicolon（分號）、tab（定位字元）、pipe（直線）、blanks（一個或多個空格），或任一字元</translation>
    </message>
    <message>
        <source>auto, susy, or an object with separator, header and columns</source>
        <translation>auto（自動）、susy，或含有 separator、header 與 columns 的物件</translation>
    </message>
    <message>
        <source>average precision</source>
        <translation>平均精確率</translation>
    </message>
    <message>
        <source>balanced accuracy</source>
        <translation>平衡準確率</translation>
    </message>
    <message>
        <source>bench</source>
        <translation>效能測試</translation>
    </message>
    <message>
        <source>brokers</source>
        <translation>broker</translation>
    </message>
    <message>
        <source>by share</source>
        <translation>依比例</translation>
    </message>
    <message>
        <source>carried along to the predictions; no feature</source>
        <translation>隨預測一併輸出；不作為特徵</translation>
    </message>
    <message>
        <source>class</source>
        <translation>類別</translation>
    </message>
    <message>
        <source>class prior</source>
        <translation>類別先驗機率</translation>
    </message>
    <message>
        <source>columns, and no others: what it is foretold from; by commas</source>
        <translation>多個欄，且只用這些：預測所依據的內容；以逗號分隔</translation>
    </message>
    <message>
        <source>columns, and no others: what it is foretold from; by commas (of a topic that was not published here)</source>
        <translation>多個欄，且只用這些：預測所依據的內容；以逗號分隔（用於不是由此發布的主題）</translation>
    </message>
    <message>
        <source>columns: carried along to the predictions; no feature; by commas</source>
        <translation>多個欄：隨預測一併輸出；不作為特徵；以逗號分隔</translation>
    </message>
    <message>
        <source>columns: carried along to the predictions; no feature; by commas (of a topic that was not published here)</source>
        <translation>多個欄：隨預測一併輸出；不作為特徵；以逗號分隔（用於不是由此發布的主題）</translation>
    </message>
    <message>
        <source>columns: left out; by commas</source>
        <translation>多個欄：不使用；以逗號分隔</translation>
    </message>
    <message>
        <source>columns: left out; by commas (of a topic that was not published here)</source>
        <translation>多個欄：不使用；以逗號分隔（用於不是由此發布的主題）</translation>
    </message>
    <message>
        <source>columns: no preview, card, rejected file, log, report or prediction shows their values, whatever their role; by commas</source>
        <translation>多個欄：無論角色為何，預覽、卡片、拒絕檔、日誌、報告與預測都不顯示其值；以逗號分隔</translation>
    </message>
    <message>
        <source>columns: no preview, card, rejected file, log, report or prediction shows their values, whatever their role; by commas (of a topic that was not published here)</source>
        <translation>多個欄：無論角色為何，預覽、卡片、拒絕檔、日誌、報告與預測都不顯示其值；以逗號分隔（用於不是由此發布的主題）</translation>
    </message>
    <message>
        <source>concept rotation</source>
        <translation>概念旋轉</translation>
    </message>
    <message>
        <source>decoding</source>
        <translation>解碼</translation>
    </message>
    <message>
        <source>detectors</source>
        <translation>偵測器</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>download</source>
        <translation>下載</translation>
    </message>
    <message>
        <source>drift detectors of the 0/1 error, by commas: adwin, ddm, page-hinkley</source>
        <translation>0/1 誤差的漂移偵測器，以逗號分隔：adwin、ddm、page-hinkley</translation>
    </message>
    <message>
        <source>earliest, latest, an OFFSET, time:ISO or last:N</source>
        <translation>earliest（最早）、latest（最新）、一個位移、time:ISO 或 last:N</translation>
    </message>
    <message>
        <source>end (as of now), count:N, idle:MILLISECONDS or never</source>
        <translation>end（目前的末端）、count:N、idle:毫秒數，或 never（永不結束）</translation>
    </message>
    <message>
        <source>epochs without a better score of the validation part after which training ends (20; 0: never)</source>
        <translation>驗證部分的分數連續這麼多個訓練週期沒有改善，就結束訓練（20；0：永不）</translation>
    </message>
    <message>
        <source>evaluate</source>
        <translation>評估</translation>
    </message>
    <message>
        <source>export</source>
        <translation>匯出</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失敗</translation>
    </message>
    <message>
        <source>failures in a row after which it gives up</source>
        <translation>連續失敗多少次後放棄</translation>
    </message>
    <message>
        <source>feature</source>
        <translation>特徵</translation>
    </message>
    <message>
        <source>feature shift</source>
        <translation>特徵偏移</translation>
    </message>
    <message>
        <source>features that adwin and page-hinkley watch too, by commas</source>
        <translation>adwin 與 page-hinkley 也監看的特徵，以逗號分隔</translation>
    </message>
    <message>
        <source>files of the same columns that go on where the first one ends: one table; by commas</source>
        <translation>欄位相同、接在第一個檔案之後的檔案：合為一個表格；以逗號分隔</translation>
    </message>
    <message>
        <source>first rows only (-1: all)</source>
        <translation>只取前幾列（-1：全部）</translation>
    </message>
    <message>
        <source>fit</source>
        <translation>擬合</translation>
    </message>
    <message>
        <source>further records for which a record waits for its label</source>
        <translation>一筆記錄等候其標籤時，最多再經過多少筆記錄</translation>
    </message>
    <message>
        <source>go on with a publication that was not finished: send the rows that are not there</source>
        <translation>繼續未完成的發布：送出尚未存在的列</translation>
    </message>
    <message>
        <source>go on with the run of this topic and name where it stands, or begin it: a line that can be started again and again</source>
        <translation>從此主題與名稱的執行停下之處繼續，沒有則開始：可以反覆啟動的一行命令</translation>
    </message>
    <message>
        <source>go on with the run that this group has learnt with where it stands, or begin it: a line that can be started again and again</source>
        <translation>從此群組所學的執行停下之處繼續，沒有則開始：可以反覆啟動的一行命令</translation>
    </message>
    <message>
        <source>harmonic mean of precision and recall of class 1: 1 is perfect, 0 is none found. Not defined while class 1 was neither there nor predicted</source>
        <translation>類別 1 的精確率與召回率的調和平均：1 為完美，0 表示一個也沒找到。類別 1 既未出現也未被預測時沒有定義</translation>
    </message>
    <message>
        <source>how columns become numbers: fitted (to what is to be learnt: levels of texts, dates, what is missing, standardized), none (each is a number, taken as it is), or auto: none for the preset tutorial, else fitted</source>
        <translation>欄如何變成數字：fitted（依所要學習的資料擬合：文字的各種值、日期、缺值、標準化）、none（每欄都是數字，直接採用），或 auto：預設組 tutorial 為 none，其餘為 fitted</translation>
    </message>
    <message>
        <source>how many events (0: until it is stopped; to a topic)</source>
        <translation>事件數（0：直到被停止；寫入主題時）</translation>
    </message>
    <message>
        <source>how many looks (0: until it is stopped)</source>
        <translation>查看次數（0：直到被停止）</translation>
    </message>
    <message>
        <source>how much a row counts; no feature</source>
        <translation>一列的計算份量；不作為特徵</translation>
    </message>
    <message>
        <source>how much of the error of saying the last label again is avoided: 1 is all of it, 0 nothing, less is worse than that</source>
        <translation>相較於重複前一個標籤，避免了多少誤差：1 為全部，0 為完全沒有，小於 0 則更差</translation>
    </message>
    <message>
        <source>how often each is measured</source>
        <translation>每項測量幾次</translation>
    </message>
    <message>
        <source>how the learning rate changes while training (cosine; of the preset tutorial constant)</source>
        <translation>訓練期間學習率如何變化（cosine；預設組 tutorial 為 constant）</translation>
    </message>
    <message>
        <source>how the weights are updated, as JSON or a .json file: {&quot;kind&quot;: &quot;sgd&quot;, &quot;learning-rate&quot;: 0.01}</source>
        <translation>權重的更新方式，以 JSON 或 .json 檔案給出：{&quot;kind&quot;: &quot;sgd&quot;, &quot;learning-rate&quot;: 0.01}</translation>
    </message>
    <message>
        <source>how the weights of a new model are updated, as JSON or a .json file: {&quot;kind&quot;: &quot;sgd&quot;, &quot;learning-rate&quot;: 0.01}</source>
        <translation>新模型權重的更新方式，以 JSON 或 .json 檔案給出：{&quot;kind&quot;: &quot;sgd&quot;, &quot;learning-rate&quot;: 0.01}</translation>
    </message>
    <message>
        <source>ignored</source>
        <translation>忽略</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>中斷</translation>
    </message>
    <message>
        <source>its partition (needed where the topic has several)</source>
        <translation>其分割區（主題有多個分割區時必填）</translation>
    </message>
    <message>
        <source>kappa</source>
        <translation>Kappa</translation>
    </message>
    <message>
        <source>keep every prediction in scores.csv, or none of a stream that never ends (the scores of a resumed run begin anew then)</source>
        <translation>在 scores.csv 中保留每個預測；對永不結束的串流則可不保留（此時繼續的執行會重新計算分數）</translation>
    </message>
    <message>
        <source>key</source>
        <translation>鍵</translation>
    </message>
    <message>
        <source>label</source>
        <translation>標籤</translation>
    </message>
    <message>
        <source>label noise</source>
        <translation>標籤雜訊</translation>
    </message>
    <message>
        <source>labels come late, in this topic, whose keys are ids and whose values are labels (without it each record has its label as key)</source>
        <translation>標籤較晚到達，位於此主題，其鍵為識別碼，值為標籤（未指定時，每筆記錄以其標籤為鍵）</translation>
    </message>
    <message>
        <source>last value</source>
        <translation>前一個值</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>不使用</translation>
    </message>
    <message>
        <source>login</source>
        <translation>登入</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>損失</translation>
    </message>
    <message>
        <source>macro F1</source>
        <translation>巨觀 F1</translation>
    </message>
    <message>
        <source>majority</source>
        <translation>多數類別</translation>
    </message>
    <message>
        <source>mean absolute error, in the target&apos;s unit: 0 is perfect; each error counts by its size. Of several targets the mean, each in its own spread</source>
        <translation>平均絕對誤差，以目標的單位表示：0 為完美；每個誤差依其大小計算。有多個目標時取平均，各以自身的離散程度為單位</translation>
    </message>
    <message>
        <source>mean over the classes of F1, the harmonic mean of precision and recall: 1 is perfect, 0 is none recognized; each class counts the same</source>
        <translation>各類別 F1（精確率與召回率的調和平均）的平均：1 為完美，0 表示一個也沒認出；每個類別份量相同</translation>
    </message>
    <message>
        <source>mean over the classes of the share of their records that was recognized: 1 is perfect, one divided by the number of classes is chance, however rare a class is</source>
        <translation>各類別中被認出的記錄比例的平均：1 為完美，1 除以類別數等同隨機，無論類別多麼罕見</translation>
    </message>
    <message>
        <source>mean over the records of F1 of their class: 1 is perfect, 0 is none recognized; a frequent class counts more</source>
        <translation>各筆記錄所屬類別的 F1 的平均：1 為完美，0 表示一個也沒認出；常見的類別份量較大</translation>
    </message>
    <message>
        <source>mean precision over all thresholds, weighted by the recall that each adds: 1 is perfect, the share of class 1 is chance. Not defined without records of class 1</source>
        <translation>所有門檻下精確率的平均，以各門檻增加的召回率加權：1 為完美，類別 1 的比例等同隨機。沒有類別 1 的記錄時沒有定義</translation>
    </message>
    <message>
        <source>mean squared difference of the probability of class 1 from what came: 0 is perfect, 0.25 is what a coin has</source>
        <translation>類別 1 的機率與實際結果之差的平方平均：0 為完美，0.25 等同擲硬幣</translation>
    </message>
    <message>
        <source>mean value</source>
        <translation>平均值</translation>
    </message>
    <message>
        <source>median absolute error, in the target&apos;s unit: half of the records are nearer; 0 is perfect, and a few large errors do not move it. Of several targets the mean, each in its own spread</source>
        <translation>絕對誤差的中位數，以目標的單位表示：半數記錄的誤差更小；0 為完美，少數的大誤差不影響它。有多個目標時取平均，各以自身的離散程度為單位</translation>
    </message>
    <message>
        <source>median error</source>
        <translation>誤差中位數</translation>
    </message>
    <message>
        <source>message key: auto (the column of that role, else row), row (its number), none, a column&apos;s name; or label: then the value leaves it out, else it is among the columns</source>
        <translation>訊息的鍵：auto（該角色的欄，沒有則為 row）、row（列號）、none（無）、欄的名稱；或 label：此時值中不含標籤，否則標籤在各欄之中</translation>
    </message>
    <message>
        <source>milliseconds after which it closes with fewer</source>
        <translation>經過多少毫秒後，即使筆數不足也結束收集</translation>
    </message>
    <message>
        <source>milliseconds between two commits: readers of committed records wait for so long</source>
        <translation>兩次提交之間的毫秒數：只讀取已提交記錄的讀取者要等候這麼久</translation>
    </message>
    <message>
        <source>milliseconds between two looks</source>
        <translation>兩次查看之間的毫秒數</translation>
    </message>
    <message>
        <source>name</source>
        <translation>名稱</translation>
    </message>
    <message>
        <source>never</source>
        <translation>從不</translation>
    </message>
    <message>
        <source>no broker</source>
        <translation>沒有 broker</translation>
    </message>
    <message>
        <source>no change</source>
        <translation>不變</translation>
    </message>
    <message>
        <source>no limit</source>
        <translation>無上限</translation>
    </message>
    <message>
        <source>no test part</source>
        <translation>無測試部分</translation>
    </message>
    <message>
        <source>none</source>
        <translation>無</translation>
    </message>
    <message>
        <source>none: a topic</source>
        <translation>無：主題</translation>
    </message>
    <message>
        <source>none: keys</source>
        <translation>無：鍵</translation>
    </message>
    <message>
        <source>number</source>
        <translation>數字</translation>
    </message>
    <message>
        <source>of a group that has committed nothing: earliest, latest, an OFFSET, time:ISO or last:N</source>
        <translation>群組尚未提交任何位移時：earliest（最早）、latest（最新）、一個位移、time:ISO 或 last:N</translation>
    </message>
    <message>
        <source>of each number, as 1.250e-01 (as few as it needs)</source>
        <translation>每個數字的小數位數，如 1.250e-01（夠用即可）</translation>
    </message>
    <message>
        <source>of each partition where the topic is made (-1: all is kept)</source>
        <translation>建立主題時每個分割區保留的位元組數（-1：全部保留）</translation>
    </message>
    <message>
        <source>of that topic where it is made (as many as the other has)</source>
        <translation>建立該主題時的分割區數（與另一主題相同）</translation>
    </message>
    <message>
        <source>of the messages: shuffled by the seed, or file, which keeps what drifts in time</source>
        <translation>訊息的順序：shuffled（依隨機種子打亂），或 file（檔案順序，保留隨時間的漂移）</translation>
    </message>
    <message>
        <source>of the predictions: json, {&quot;probability&quot;:0.73,&quot;class&quot;:1}, or csv, 0.73,1; of numbers {&quot;value&quot;:12.5}</source>
        <translation>預測的格式：json，{&quot;probability&quot;:0.73,&quot;class&quot;:1}，或 csv，0.73,1；數值則為 {&quot;value&quot;:12.5}</translation>
    </message>
    <message>
        <source>of the records, see millrace formats: csv</source>
        <translation>記錄的格式，參見 millrace formats：csv</translation>
    </message>
    <message>
        <source>of the test topic where it is made</source>
        <translation>建立測試主題時的分割區數</translation>
    </message>
    <message>
        <source>of the topic where it is made</source>
        <translation>建立主題時的分割區數</translation>
    </message>
    <message>
        <source>of two classes the one that is looked for, by its value: probabilities, precision, recall and the threshold are of it (the second one in the order of the values)</source>
        <translation>二元分類中要找出的類別，以其值給出：機率、精確率、召回率與門檻都以它為準（依值排序的第二個）</translation>
    </message>
    <message>
        <source>of two classes: the probability above which the second one is predicted, or auto: that of the best F1 on the validation part, saved with the model</source>
        <translation>二元分類：機率高於此值時預測為第二個類別；或 auto：在驗證部分上 F1 最佳的門檻，隨模型儲存</translation>
    </message>
    <message>
        <source>online</source>
        <translation>線上學習</translation>
    </message>
    <message>
        <source>or a checkpoint&apos;s file</source>
        <translation>或檢查點的檔案</translation>
    </message>
    <message>
        <source>or publish to this topic</source>
        <translation>或發布到此主題</translation>
    </message>
    <message>
        <source>part input: a folder with the jars of Kafka&apos;s tools, to measure its ProducerPerformance and ConsumerPerformance too</source>
        <translation>part 為 input 時：存放 Kafka 工具 jar 檔的資料夾，同時測量其 ProducerPerformance 與 ConsumerPerformance</translation>
    </message>
    <message>
        <source>part training: records a step, by commas, for example 1,64,1024</source>
        <translation>part 為 training 時：每步的記錄數，以逗號分隔，例如 1,64,1024</translation>
    </message>
    <message>
        <source>passes over each mini-dataset</source>
        <translation>每個小資料集學習幾遍</translation>
    </message>
    <message>
        <source>passes over the stream: later ones learn its records again, without the group</source>
        <translation>串流讀取幾遍：後面幾遍不經由群組，再次學習其記錄</translation>
    </message>
    <message>
        <source>passes over the topic, at most (by the data; of the preset tutorial 10)</source>
        <translation>主題最多讀取幾遍（依資料而定；預設組 tutorial 為 10）</translation>
    </message>
    <message>
        <source>port</source>
        <translation>連接埠</translation>
    </message>
    <message>
        <source>precision</source>
        <translation>精確率</translation>
    </message>
    <message>
        <source>predict</source>
        <translation>預測</translation>
    </message>
    <message>
        <source>probability</source>
        <translation>機率</translation>
    </message>
    <message>
        <source>producer</source>
        <translation>生產者</translation>
    </message>
    <message>
        <source>propose</source>
        <translation>提議</translation>
    </message>
    <message>
        <source>publish</source>
        <translation>發布</translation>
    </message>
    <message>
        <source>raise-rate: for so many records</source>
        <translation>raise-rate：持續這麼多筆記錄</translation>
    </message>
    <message>
        <source>raise-rate: times the learning rate</source>
        <translation>raise-rate：學習率的倍數</translation>
    </message>
    <message>
        <source>recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>records a second to read at most (0: as fast as it goes)</source>
        <translation>每秒最多讀取的記錄數（0：盡可能快）</translation>
    </message>
    <message>
        <source>records a step</source>
        <translation>每步的記錄數</translation>
    </message>
    <message>
        <source>records a step (by the data; of the preset tutorial 64)</source>
        <translation>每步的記錄數（依資料而定；預設組 tutorial 為 64）</translation>
    </message>
    <message>
        <source>records in a mini-dataset</source>
        <translation>一個小資料集的記錄數</translation>
    </message>
    <message>
        <source>records in the shuffle buffer</source>
        <translation>打亂緩衝區中的記錄數</translation>
    </message>
    <message>
        <source>records in the shuffle buffer (by the data; of the preset tutorial 64)</source>
        <translation>打亂緩衝區中的記錄數（依資料而定；預設組 tutorial 為 64）</translation>
    </message>
    <message>
        <source>records of the topic (60,000; of the part input 2,000,000, of the part online 1,000,000)</source>
        <translation>主題的記錄數（60,000；part 為 input 時 2,000,000，為 online 時 1,000,000）</translation>
    </message>
    <message>
        <source>records scored at once</source>
        <translation>一次評分的記錄數</translation>
    </message>
    <message>
        <source>rights</source>
        <translation>權限</translation>
    </message>
    <message>
        <source>root of the mean squared error, in the target&apos;s unit: 0 is perfect, the target&apos;s standard deviation is what saying its mean has; a few large errors count much. Of several targets the mean, each in its own spread</source>
        <translation>均方誤差的平方根，以目標的單位表示：0 為完美，總是預測平均時等於目標的標準差；少數的大誤差影響很大。有多個目標時取平均，各以自身的離散程度為單位</translation>
    </message>
    <message>
        <source>running</source>
        <translation>執行中</translation>
    </message>
    <message>
        <source>running: mean and deviation of each feature so far, saved with the model</source>
        <translation>running：各特徵至今的平均與標準差，隨模型儲存</translation>
    </message>
    <message>
        <source>see: millrace formats</source>
        <translation>參見：millrace formats</translation>
    </message>
    <message>
        <source>seed of everything random</source>
        <translation>所有隨機過程的種子</translation>
    </message>
    <message>
        <source>share of class 1 to set, of two classes (the file&apos;s)</source>
        <translation>二元分類時要設定的類別 1 比例（檔案的比例）</translation>
    </message>
    <message>
        <source>share of test rows</source>
        <translation>測試列的比例</translation>
    </message>
    <message>
        <source>share of the records of class 1 that were found: 1 is all, 0 none. Not defined without records of class 1</source>
        <translation>類別 1 的記錄中被找出的比例：1 為全部，0 為一個也沒有。沒有類別 1 的記錄時沒有定義</translation>
    </message>
    <message>
        <source>share of the records of which the right class was predicted: to be compared with the share of the most frequent class, which says the same of everything</source>
        <translation>類別預測正確的記錄比例：應與最常見類別的比例比較，後者對所有記錄都給出同一個答案</translation>
    </message>
    <message>
        <source>share of the records predicted to be of class 1 that are: 1 is perfect, the share of class 1 is chance. Not defined while class 1 was never predicted</source>
        <translation>被預測為類別 1 的記錄中，確為類別 1 的比例：1 為完美，類別 1 的比例等同隨機。從未預測類別 1 時沒有定義</translation>
    </message>
    <message>
        <source>share of the records that are not learnt: they score the model after each epoch, and the best one is kept (of the preset auto 0.15)</source>
        <translation>不用於學習的記錄比例：每個訓練週期後以它們為模型評分，並保留最佳的模型（預設組 auto 為 0.15）</translation>
    </message>
    <message>
        <source>share of the records whose class is among the three most probable ones: 1 is perfect, three divided by the number of classes is chance. Of more than ten classes only</source>
        <translation>類別位於機率最高的三個之中的記錄比例：1 為完美，3 除以類別數等同隨機。僅用於超過十個類別時</translation>
    </message>
    <message>
        <source>share of the target&apos;s variance that is explained: 1 is perfect, 0 is what saying the mean has, less is worse than that. Of several targets the mean. Not defined while a target has one value only</source>
        <translation>目標的變異數中被解釋的比例：1 為完美，0 等同總是預測平均，小於 0 則更差。有多個目標時取平均。目標只有一個值時沒有定義</translation>
    </message>
    <message>
        <source>simulate</source>
        <translation>模擬</translation>
    </message>
    <message>
        <source>skip ahead when a partition&apos;s lag exceeds this (0: never)</source>
        <translation>分割區的落後量超過此值時向前略過（0：從不）</translation>
    </message>
    <message>
        <source>source and licence of the data</source>
        <translation>資料的來源與授權</translation>
    </message>
    <message>
        <source>spectator</source>
        <translation>旁觀</translation>
    </message>
    <message>
        <source>step size of the optimizer (0.001)</source>
        <translation>最佳化器的步長（0.001）</translation>
    </message>
    <message>
        <source>summarize</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>susy (built in) or a profile file</source>
        <translation>susy（內建）或設定檔</translation>
    </message>
    <message>
        <source>temporal kappa</source>
        <translation>時間 Kappa</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>that each row must have (0: as many as the first)</source>
        <translation>每列必須有的欄數（0：與第一列相同）</translation>
    </message>
    <message>
        <source>the CSV</source>
        <translation>CSV 檔案</translation>
    </message>
    <message>
        <source>the CSV to write: the file&apos;s rows in their order with all their columns, then the predicted class and the probability of each, or the predicted value</source>
        <translation>要寫入的 CSV：依原順序寫出檔案的各列與所有欄，再加上預測的類別與各類別的機率，或預測的值</translation>
    </message>
    <message>
        <source>the CSV, plain, gzip or zstd</source>
        <translation>CSV 檔案，未壓縮、gzip 或 zstd</translation>
    </message>
    <message>
        <source>the baseline: R² of saying the last target again</source>
        <translation>基準：重複前一個目標的 R²</translation>
    </message>
    <message>
        <source>the baseline: R² of saying the mean of all targets so far</source>
        <translation>基準：總是預測至今所有目標平均的 R²</translation>
    </message>
    <message>
        <source>the baseline: accuracy of always saying the most frequent class (in a stream, that so far)</source>
        <translation>基準：總是預測最常見類別的準確率（串流中為至今最常見者）</translation>
    </message>
    <message>
        <source>the baseline: accuracy of saying the last label again</source>
        <translation>基準：重複前一個標籤的準確率</translation>
    </message>
    <message>
        <source>the column that a split by time, group or column goes by</source>
        <translation>依時間、群組或欄分割時所依據的欄</translation>
    </message>
    <message>
        <source>the column that a validation part by time, group or column goes by</source>
        <translation>驗證部分依時間、群組或欄劃分時所依據的欄</translation>
    </message>
    <message>
        <source>the consumer group</source>
        <translation>消費者群組</translation>
    </message>
    <message>
        <source>the consumer group: it reads what it has not committed yet, and commits what it has read; processes that share it share the records</source>
        <translation>消費者群組：讀取尚未提交的部分，並提交已讀取的部分；共用此群組的處理程序分擔記錄</translation>
    </message>
    <message>
        <source>the consumer group: processes that share it share the records, and each is predicted once</source>
        <translation>消費者群組：共用此群組的處理程序分擔記錄，每筆只預測一次</translation>
    </message>
    <message>
        <source>the consumer group; it goes on where it has committed</source>
        <translation>消費者群組；從已提交之處繼續</translation>
    </message>
    <message>
        <source>the decimal mark: auto, point or comma</source>
        <translation>小數點符號：auto（自動）、point（句點）或 comma（逗號）</translation>
    </message>
    <message>
        <source>the error alone</source>
        <translation>只看誤差</translation>
    </message>
    <message>
        <source>the file to write</source>
        <translation>要寫入的檔案</translation>
    </message>
    <message>
        <source>the file, gzip where it ends in .gz (in the data folder of --home)</source>
        <translation>檔案，以 .gz 結尾時為 gzip（位於 --home 的資料夾 data 中）</translation>
    </message>
    <message>
        <source>the first rows only (-1: all)</source>
        <translation>只取前幾列（-1：全部）</translation>
    </message>
    <message>
        <source>the key of a row&apos;s message; no feature</source>
        <translation>一列的訊息的鍵；不作為特徵</translation>
    </message>
    <message>
        <source>the label&apos;s column among the values, or none; several by commas, of numbers, are foretold together; without it the key is the label (of a topic that was not published here)</source>
        <translation>值中的標籤欄，或 none（無）；多個數值欄以逗號分隔，會一起預測；未指定時以鍵為標籤（用於不是由此發布的主題）</translation>
    </message>
    <message>
        <source>the label&apos;s column, or none; several by commas, of numbers, are foretold together, each with its own scores</source>
        <translation>標籤欄，或 none（無）；多個數值欄以逗號分隔，會一起預測，各有自己的分數</translation>
    </message>
    <message>
        <source>the last N rows are the test part</source>
        <translation>以最後 N 列為測試部分</translation>
    </message>
    <message>
        <source>the names of the columns: auto, yes (in the first row), no, or the line they stand in</source>
        <translation>欄的名稱：auto（自動）、yes（在第一列）、no（沒有），或名稱所在的行號</translation>
    </message>
    <message>
        <source>the new model</source>
        <translation>新模型</translation>
    </message>
    <message>
        <source>the only one</source>
        <translation>唯一的分割區</translation>
    </message>
    <message>
        <source>the profile to write</source>
        <translation>要寫入的設定檔</translation>
    </message>
    <message>
        <source>the rate limit</source>
        <translation>速率上限</translation>
    </message>
    <message>
        <source>the run whose model goes on learning; a new model without it</source>
        <translation>其模型要繼續學習的執行；未指定則用新模型</translation>
    </message>
    <message>
        <source>the run whose newest model is scored: a folder, or a name for its newest run</source>
        <translation>以其最新模型評分的執行：資料夾，或名稱（取該名稱最新的執行）</translation>
    </message>
    <message>
        <source>the run whose newest model predicts: a folder, or a name for its newest run</source>
        <translation>以其最新模型預測的執行：資料夾，或名稱（取該名稱最新的執行）</translation>
    </message>
    <message>
        <source>the table&apos;s address, plain or gzip</source>
        <translation>表格的網址，未壓縮或 gzip</translation>
    </message>
    <message>
        <source>the test part&apos;s</source>
        <translation>與測試部分相同</translation>
    </message>
    <message>
        <source>the test part&apos;s topic; no split without it</source>
        <translation>測試部分的主題；未指定則不分割</translation>
    </message>
    <message>
        <source>the topic</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>the topic for the predictions; made when it is missing</source>
        <translation>存放預測的主題；不存在時會建立</translation>
    </message>
    <message>
        <source>the topic with labelled records</source>
        <translation>含有帶標籤記錄的主題</translation>
    </message>
    <message>
        <source>the topic with records; they need no label</source>
        <translation>含有記錄的主題；記錄不需要標籤</translation>
    </message>
    <message>
        <source>the topic, or the train part&apos;s</source>
        <translation>主題，或訓練部分的主題</translation>
    </message>
    <message>
        <source>this topic only, also before the group has read it</source>
        <translation>只看此主題，即使群組尚未讀取過它</translation>
    </message>
    <message>
        <source>threads that share a step (0: measured, from batch 256 on)</source>
        <translation>共同執行一步的執行緒數（0：由測量決定，批次從 256 起）</translation>
    </message>
    <message>
        <source>to a topic: events a second (0: as fast as it goes)</source>
        <translation>寫入主題時：每秒事件數（0：盡可能快）</translation>
    </message>
    <message>
        <source>to a topic: for so long at most (0: no limit)</source>
        <translation>寫入主題時：最長持續時間（0：無上限）</translation>
    </message>
    <message>
        <source>top-3 accuracy</source>
        <translation>前 3 名準確率</translation>
    </message>
    <message>
        <source>train</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>training</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>training; input: files, publishing, consuming; or online: record by record, over memory</source>
        <translation>training（訓練）；input（輸入）：檔案、發布、讀取；或 online：逐筆記錄，經由記憶體</translation>
    </message>
    <message>
        <source>turns of its knobs by commas, KNOB:VALUE@RECORD with ~RECORDS (gradual) or /RECORDS (recurring): shift (σ), prior (of two classes), noise (of classes), rotation (°); rotation:90@100000</source>
        <translation>轉動模擬旋鈕，以逗號分隔，KNOB:VALUE@RECORD，後接 ~RECORDS（漸進）或 /RECORDS（反覆）：shift（偏移，σ）、prior（先驗機率，二元分類）、noise（雜訊，分類）、rotation（旋轉，°）；rotation:90@100000</translation>
    </message>
    <message>
        <source>version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>watch</source>
        <translation>監看</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>權重</translation>
    </message>
    <message>
        <source>weighted F1</source>
        <translation>加權 F1</translation>
    </message>
    <message>
        <source>what a record and its label have in common: key, header:NAME or column:NAME</source>
        <translation>記錄與其標籤的共同之處：key（鍵）、header:NAME（標頭）或 column:NAME（欄）</translation>
    </message>
    <message>
        <source>what a record counts for in the loss, by its class: none, balanced (rare classes as much as frequent ones), or weights by name, as JSON: {&quot;yes&quot;: 10, &quot;no&quot;: 1}</source>
        <translation>一筆記錄依其類別在損失中的份量：none（不加權）、balanced（罕見類別與常見類別份量相同），或依名稱給出權重的 JSON：{&quot;yes&quot;: 10, &quot;no&quot;: 1}</translation>
    </message>
    <message>
        <source>what a record counts for in the loss, by its class: none, or weights by name, as JSON: {&quot;yes&quot;: 10, &quot;no&quot;: 1}</source>
        <translation>一筆記錄依其類別在損失中的份量：none（不加權），或依名稱給出權重的 JSON：{&quot;yes&quot;: 10, &quot;no&quot;: 1}</translation>
    </message>
    <message>
        <source>what is to be foretold; of numbers several columns may be</source>
        <translation>要預測的內容；若為數字，可以有多欄</translation>
    </message>
    <message>
        <source>what it is foretold from</source>
        <translation>預測所依據的內容</translation>
    </message>
    <message>
        <source>what learning makes small. Of classes the mean cross-entropy (natural logarithm) of the probabilities that were given: 0 is perfect, the logarithm of the number of classes is what a blind guess has (of two ln 2 = 0.6931). Of numbers the mean squared error in the target&apos;s own spread: 0 is perfect, 1 is what saying the mean has</source>
        <translation>學習所要縮小的量。分類時為所給機率的平均交叉熵（自然對數）：0 為完美，盲目猜測時等於類別數的對數（兩個類別為 ln 2 = 0.6931）。數值則為以目標自身離散程度為單位的均方誤差：0 為完美，1 等同總是預測平均</translation>
    </message>
    <message>
        <source>what lines to pass over begin with: auto, none, or for example #</source>
        <translation>要略過的行以什麼開頭：auto（自動）、none（無），或例如 #</translation>
    </message>
    <message>
        <source>what the label is: classes, regression (its numbers are foretold), or auto: texts, two values and few whole numbers from 0 or 1 on are classes, other numbers are foretold</source>
        <translation>標籤的種類：classes（類別）、regression（迴歸，預測其數值），或 auto：文字、只有兩個值，以及從 0 或 1 起的少數整數視為類別，其他數字則作數值預測</translation>
    </message>
    <message>
        <source>what the run&apos;s folder may take, in MB; beyond it the oldest scores, metrics, log and rejected records are dropped, never what a resume needs</source>
        <translation>執行的資料夾可占用的空間，以 MB 為單位；超過時丟棄最舊的分數、指標、日誌與被拒絕的記錄，但絕不丟棄繼續執行所需的內容</translation>
    </message>
    <message>
        <source>what the run&apos;s folder may take, in MB; beyond it the oldest scores, metrics, log and rejected records are dropped, never what a resume needs (with several passes also all scores)</source>
        <translation>執行的資料夾可占用的空間，以 MB 為單位；超過時丟棄最舊的分數、指標、日誌與被拒絕的記錄，但絕不丟棄繼續執行所需的內容（讀取多遍時也包括所有分數）</translation>
    </message>
    <message>
        <source>what to do when records that a resumed run needs were deleted</source>
        <translation>繼續的執行所需的記錄已被刪除時怎麼辦</translation>
    </message>
    <message>
        <source>what to do when the error rose</source>
        <translation>誤差上升時怎麼辦</translation>
    </message>
    <message>
        <source>what to do with a record that cannot be used: set it aside, or stop</source>
        <translation>遇到無法使用的記錄時怎麼辦：擱置，或停止</translation>
    </message>
    <message>
        <source>where a resumed run goes on when somebody has set the group&apos;s offsets: refuse, checkpoint or group</source>
        <translation>有人設定過群組的位移時，繼續的執行從何處接續：refuse（拒絕）、checkpoint（檢查點）或 group（群組）</translation>
    </message>
    <message>
        <source>which records are the validation part: auto (as the test part was split off, else random), random (drawn by the seed; equal rows stay together), stratified (drawn with the same share of each class, or of each tenth of the values), time (the newest, by a column of dates or numbers), group (no value of a column on both sides), column (as a column says: train, validation or test)</source>
        <translation>哪些記錄是驗證部分：auto（與測試部分的分割方式相同，否則為 random）、random（依隨機種子抽取；相同的列不分開）、stratified（抽取時保持各類別的比例，或值的每個十分位的比例）、time（最新的，依日期或數字欄）、group（同一欄的值不會兩邊都有）、column（依某欄所標示：train、validation 或 test）</translation>
    </message>
    <message>
        <source>which rows are the test part: random (drawn by the seed; equal rows stay together), stratified (drawn with the same share of each class, or of each tenth of the values), time (the newest, by a column of dates or numbers), group (no value of a column on both sides), column (as a column says: train, validation or test), last (the last rows of the file), file (another file&apos;s rows); or auto: what fits the table, by time, group or column where its rows are ordered in time, an id repeats or a column says it, else random</source>
        <translation>哪些列是測試部分：random（依隨機種子抽取；相同的列不分開）、stratified（抽取時保持各類別的比例，或值的每個十分位的比例）、time（最新的，依日期或數字欄）、group（同一欄的值不會兩邊都有）、column（依某欄所標示：train、validation 或 test）、last（檔案的最後幾列）、file（另一個檔案的列）；或 auto：依表格選擇，各列依時間排序、識別碼重複或某欄已標示時，依 time、group 或 column，否則為 random</translation>
    </message>
    <message>
        <source>which, by commas</source>
        <translation>要比較哪些，以逗號分隔</translation>
    </message>
    <message>
        <source>write a CSV here, gzip where it ends in .gz</source>
        <translation>將 CSV 寫入此處，以 .gz 結尾時為 gzip</translation>
    </message>
    <message>
        <source>name of the run (the topic&apos;s without one)</source>
        <translation>執行的名稱（未填則用主題名稱）</translation>
    </message>
    <message>
        <source>the topic&apos;s</source>
        <translation>主題名稱</translation>
    </message>
</context>
<context>
    <name>Uses</name>
    <message>
        <source>run %1 of another process</source>
        <translation>另一個處理程序的執行 %1</translation>
    </message>
</context>
<context>
    <name>Values</name>
    <message>
        <source>%1 s</source>
        <translation>%1 s</translation>
    </message>
    <message>
        <source>%1 / s</source>
        <translation>%1 / s</translation>
    </message>
    <message>
        <source>Nothing was read: %1</source>
        <translation>沒有讀到任何內容：%1</translation>
    </message>
    <message>
        <source>“%1”</source>
        <translation>「%1」</translation>
    </message>
    <message>
        <source>“%1: %2”</source>
        <translation>「%1：%2」</translation>
    </message>
</context>
<context>
    <name>millrace::BalanceCard</name>
    <message>
        <source>Label</source>
        <translation>標籤</translation>
    </message>
    <message>
        <source>No label yet: click the role of the column that is to be learnt.</source>
        <translation>還沒有標籤：請按一下要學習的欄的角色。</translation>
    </message>
    <message>
        <source>so it was chosen</source>
        <translation>依所選設定</translation>
    </message>
    <message>
        <source>%1 cannot be learnt as it is.</source>
        <translation>%1 無法照現狀學習。</translation>
    </message>
    <message>
        <source>The numbers of %1 are foretold (regression): %2.</source>
        <translation>預測 %1 的數值（迴歸）：%2。</translation>
    </message>
    <message>
        <source>%1 has %2 classes: %3.</source>
        <translation>%1 有 %2 個類別：%3。</translation>
    </message>
    <message>
        <source>Foretell the number instead</source>
        <translation>改為預測數值</translation>
    </message>
    <message>
        <source>Learn its values as classes instead</source>
        <translation>改將其值視為類別學習</translation>
    </message>
    <message>
        <source>Decide by its values</source>
        <translation>依其值決定</translation>
    </message>
    <message>
        <source>%1 is the positive class: take %2 instead</source>
        <translation>%1 是正類別：改用 %2</translation>
    </message>
    <message>
        <source>◆ One class only: nothing can be learnt from it.</source>
        <translation>◆ 只有一個類別：無法從中學習。</translation>
    </message>
    <message>
        <source>◆ The file is sorted by class; publishing shuffles the rows.</source>
        <translation>◆ 檔案依類別排序；發布時會打亂各列。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>a score and its value</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Best possible: %1</source>
        <translation>理論最佳：%1</translation>
    </message>
    <message>
        <source>◆ %1 cannot be learnt as it is: %2. Click the role of another column, or learn it otherwise.</source>
        <translation>◆ %1 無法照這樣學習：%2。請按另一欄的角色，或改用其他方式學習。</translation>
    </message>
</context>
<context>
    <name>millrace::BinHistogram</name>
    <message>
        <source>%1 outside</source>
        <translation>%1 個在範圍外</translation>
    </message>
    <message>
        <source>%1 from %2 to %3, most of them from %4 to %5: %6</source>
        <translation>%1 從 %2 到 %3，多數從 %4 到 %5：%6</translation>
    </message>
</context>
<context>
    <name>millrace::BrokerList</name>
    <message>
        <source>Asking the cluster …</source>
        <translation>正在查詢叢集 …</translation>
    </message>
    <message>
        <source>No cluster yet: start the local one, or connect to another on the left.</source>
        <translation>還沒有叢集：請啟動本機叢集，或在左側連線到另一個叢集。</translation>
    </message>
    <message>
        <source>The cluster does not answer.</source>
        <translation>叢集沒有回應。</translation>
    </message>
</context>
<context>
    <name>millrace::ClassBars</name>
    <message>
        <source>Rows by class</source>
        <translation>各類別的列數</translation>
    </message>
    <message>
        <source>%1 others</source>
        <translation>其他 %1 個</translation>
    </message>
</context>
<context>
    <name>millrace::ClusterPage</name>
    <message>
        <source>○ stopped</source>
        <translation>○ 已停止</translation>
    </message>
    <message>
        <source>◐ starting</source>
        <translation>◐ 啟動中</translation>
    </message>
    <message>
        <source>● running</source>
        <translation>● 執行中</translation>
    </message>
    <message>
        <source>◑ stopping</source>
        <translation>◑ 停止中</translation>
    </message>
    <message>
        <source>■ failed</source>
        <translation>■ 失敗</translation>
    </message>
    <message>
        <source>◐ connecting</source>
        <translation>◐ 連線中</translation>
    </message>
    <message>
        <source>● connected</source>
        <translation>● 已連線</translation>
    </message>
    <message>
        <source>■ does not answer</source>
        <translation>■ 沒有回應</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>叢集</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>啟動</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Keep running after Millrace</source>
        <translation>結束 Millrace 後繼續執行</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>連線</translation>
    </message>
    <message>
        <source>Test connection</source>
        <translation>測試連線</translation>
    </message>
    <message>
        <source>Starts a real Apache Kafka on this machine, or takes over one that already runs</source>
        <translation>在本機啟動真正的 Apache Kafka，或接管已在執行的 Kafka</translation>
    </message>
    <message>
        <source>Stops the local broker; topics and messages are kept</source>
        <translation>停止本機 broker；主題與訊息會保留</translation>
    </message>
    <message>
        <source>Local cluster</source>
        <translation>本機叢集</translation>
    </message>
    <message>
        <source>State</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>Apache Kafka</source>
        <translation>Apache Kafka</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>處理程序</translation>
    </message>
    <message>
        <source>Port</source>
        <translation>連接埠</translation>
    </message>
    <message>
        <source>Ready in</source>
        <translation>就緒耗時</translation>
    </message>
    <message>
        <source>Next start</source>
        <translation>下次啟動</translation>
    </message>
    <message>
        <source>any free</source>
        <translation>任一可用</translation>
    </message>
    <message>
        <source>0: the last one, else 9092, else any, as they are free</source>
        <translation>0：上次的，否則 9092，再否則任一個，以可用者為準</translation>
    </message>
    <message>
        <source>Log file</source>
        <translation>日誌檔</translation>
    </message>
    <message>
        <source>Another cluster</source>
        <translation>另一個叢集</translation>
    </message>
    <message>
        <source>host:port, …</source>
        <translation>主機:連接埠, …</translation>
    </message>
    <message>
        <source>Brokers of another cluster</source>
        <translation>另一個叢集的 broker</translation>
    </message>
    <message>
        <source>Bootstrap servers of a cluster that is not Millrace&apos;s own; empty: the local cluster</source>
        <translation>非 Millrace 自有叢集的啟動伺服器；留空：本機叢集</translation>
    </message>
    <message>
        <source>Step by step: name, port, TLS, login, rights, brokers, version. Of the brokers named above, or else of the cluster in use</source>
        <translation>逐步檢查：名稱、連接埠、TLS、登入、權限、broker、版本。對象為上方所填的 broker，否則為使用中的叢集</translation>
    </message>
    <message>
        <source>The broker&apos;s log appears here.</source>
        <translation>broker 的日誌會顯示在這裡。</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>群組</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>連線</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日誌</translation>
    </message>
    <message>
        <source>Back to the local cluster</source>
        <translation>回到本機叢集</translation>
    </message>
    <message>
        <source>Cancel the test</source>
        <translation>取消測試</translation>
    </message>
    <message>
        <source>Kafka %1 · %2</source>
        <translation>Kafka %1 · %2</translation>
    </message>
    <message>
        <source>was running</source>
        <translation>原已執行中</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>再試一次</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>The broker is in use: %1. Without it that waits or fails; what is not committed is read again.</source>
        <translation>broker 正在使用中：%1。停止後它會等待或失敗；尚未提交的會重新讀取。</translation>
    </message>
    <message>
        <source>Stop it all the same</source>
        <translation>仍要停止</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>millrace::ColumnFilter</name>
    <message>
        <source>Show columns of one type</source>
        <translation>只顯示一種型別的欄</translation>
    </message>
    <message>
        <source>Show columns of one role</source>
        <translation>只顯示一種角色的欄</translation>
    </message>
    <message>
        <source>◆ noted</source>
        <translation>◆ 有附註</translation>
    </message>
    <message>
        <source>Find a column</source>
        <translation>尋找欄</translation>
    </message>
    <message>
        <source>Show only columns of which something should be known</source>
        <translation>只顯示有事項須知的欄</translation>
    </message>
    <message>
        <source>all types</source>
        <translation>所有型別</translation>
    </message>
    <message>
        <source>all roles</source>
        <translation>所有角色</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
</context>
<context>
    <name>millrace::ColumnsCard</name>
    <message>
        <source>role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Click a role to change it; select several columns to change all of them</source>
        <translation>按一下角色即可變更；選取多個欄可一併變更</translation>
    </message>
    <message>
        <source>values</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Numbers and dates by class, up to seven, else the six of most rows and all others; texts by their most frequent levels. Of a regression: quartiles, median and mean of the label by bins of the column</source>
        <translation>數值與日期依類別顯示，最多七個類別，超過時為列數最多的六個類別與其餘全部；文字依最常見的值顯示。迴歸時：依此欄的區間顯示標籤的四分位數、中位數與平均</translation>
    </message>
    <message>
        <source>tells</source>
        <translation>關聯</translation>
    </message>
    <message>
        <source>How much the column alone tells of the label, from 0 to 1, in the first 10,000 rows. Of two classes: |2 AUC − 1|; of more, and of a regression: ε², the share of the variance that is explained, corrected for chance</source>
        <translation>單憑此欄能說明標籤多少，從 0 到 1，取自前 10,000 列。兩個類別時：|2 AUC − 1|；類別更多時與迴歸時：ε²，即所解釋變異數的比例，已校正偶然因素</translation>
    </message>
    <message>
        <source>column</source>
        <translation>欄</translation>
    </message>
    <message>
        <source>min</source>
        <translation>最小值</translation>
    </message>
    <message>
        <source>max</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺值</translation>
    </message>
    <message>
        <source>No column is like that.</source>
        <translation>沒有符合的欄。</translation>
    </message>
    <message>
        <source>%1: %2. %3.</source>
        <translation>%1：%2。%3。</translation>
    </message>
    <message>
        <source>%1: %2.</source>
        <translation>%1：%2。</translation>
    </message>
    <message>
        <source>%1 is left out: %2.</source>
        <translation>%1 不採用：%2。</translation>
    </message>
    <message numerus="yes">
        <source>And %n more column(s).</source>
        <translation>
            <numerusform>另有 %n 個欄。</numerusform>
        </translation>
    </message>
    <message>
        <source>Column %1 is the %2 and cannot be private: %3</source>
        <translation>欄 %1 的角色是%2，不能設為私密：%3</translation>
    </message>
    <message>
        <source>it has no value</source>
        <translation>它沒有任何值</translation>
    </message>
    <message>
        <source>it names the rows, or holds what is no value</source>
        <translation>它只是列的名稱，或所含並非值</translation>
    </message>
    <message>
        <source>so it was chosen</source>
        <translation>依所選設定</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>欄</translation>
    </message>
    <message>
        <source>Left out: %1</source>
        <translation>略去：%1</translation>
    </message>
</context>
<context>
    <name>millrace::ConfirmButton</name>
    <message>
        <source>Asks once more before it does</source>
        <translation>執行前會再確認一次</translation>
    </message>
</context>
<context>
    <name>millrace::ConfusionMatrix</name>
    <message>
        <source>Confusion</source>
        <translation>混淆矩陣</translation>
    </message>
    <message>
        <source>actual %1, predicted %2: %3 (%4 of the row)</source>
        <translation>實際 %1，預測 %2：%3（佔該列 %4）</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>預測</translation>
    </message>
    <message>
        <source>actual</source>
        <translation>實際</translation>
    </message>
    <message>
        <source>Rows: what the records are. Columns: what the model says.</source>
        <translation>列：記錄實際為何。欄：模型的判斷。</translation>
    </message>
    <message>
        <source>%1 of %2 records are predicted as they are</source>
        <translation>%2 筆記錄中有 %1 筆預測正確</translation>
    </message>
</context>
<context>
    <name>millrace::ConnectionPanel</name>
    <message>
        <source>Not tested yet</source>
        <translation>尚未測試</translation>
    </message>
    <message>
        <source>Testing %1 …</source>
        <translation>正在測試 %1 …</translation>
    </message>
    <message>
        <source>looking</source>
        <translation>查看中</translation>
    </message>
    <message>
        <source>%1: cancelled</source>
        <translation>%1：已取消</translation>
    </message>
    <message>
        <source>%1 cannot be used as it is set up</source>
        <translation>%1 以目前的設定無法使用</translation>
    </message>
    <message>
        <source>%1 is fine</source>
        <translation>%1 正常</translation>
    </message>
</context>
<context>
    <name>millrace::DataPage</name>
    <message>
        <source>Data</source>
        <translation>資料</translation>
    </message>
    <message>
        <source>◆ simulated events</source>
        <translation>◆ 模擬事件</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>開啟…</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>發布</translation>
    </message>
    <message>
        <source>Learn from it</source>
        <translation>從中學習</translation>
    </message>
    <message>
        <source>All steps from this file to a model and its score, proposed on one page</source>
        <translation>從此檔案到模型及其分數的所有步驟，在一頁中提出建議</translation>
    </message>
    <message>
        <source>Open a CSV file, plain, gzip or zstd</source>
        <translation>開啟 CSV 檔案，未壓縮、gzip 或 zstd 皆可</translation>
    </message>
    <message>
        <source>Open a table</source>
        <translation>開啟表格</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有檔案 (*)</translation>
    </message>
    <message>
        <source>%1. Append adds this file&apos;s rows to them; Replace deletes all that the topics hold, for good, and publishes anew.</source>
        <translation>%1。「Append」（附加）將此檔案的列加入其中；「Replace」（取代）永久刪除這些主題中的所有內容，再重新發布。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>已取消。</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>%1 · %2 rows · %3 columns</source>
        <translation>%1 · %2 列 · %3 欄</translation>
    </message>
    <message>
        <source>%1 rejected</source>
        <translation>%1 筆被拒絕</translation>
    </message>
    <message>
        <source>%1. Click the role of the column that is to be learnt.</source>
        <translation>%1。請按一下要學習的欄的角色。</translation>
    </message>
    <message>
        <source>Publishing skips them and keeps them aside in a file, or stops, as chosen under On error.</source>
        <translation>發布時會依「發生錯誤時」的選擇略過這些列並另存於檔案，或停止。</translation>
    </message>
    <message>
        <source>Download %1…</source>
        <translation>下載 %1…</translation>
    </message>
    <message>
        <source>Back to %1</source>
        <translation>返回 %1</translation>
    </message>
    <message>
        <source>Start the cluster first, on the Cluster page</source>
        <translation>請先在「叢集」頁面啟動叢集</translation>
    </message>
    <message>
        <source>Choose the label column first</source>
        <translation>請先選擇標籤欄</translation>
    </message>
    <message>
        <source>Send the rows to their topics; topics that do not exist are created</source>
        <translation>將各列送往其主題；不存在的主題會自動建立</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Open another…</source>
        <translation>開啟另一個…</translation>
    </message>
    <message>
        <source>The file is being read</source>
        <translation>正在讀取檔案</translation>
    </message>
</context>
<context>
    <name>millrace::DensityMap</name>
    <message>
        <source>Predicted against actual</source>
        <translation>預測與實際對照</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <comment>a quantity and its unit</comment>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>actual</source>
        <translation>實際</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>預測</translation>
    </message>
    <message>
        <source>actual from %1, predicted from %2: %3 records</source>
        <translation>實際自 %1 起，預測自 %2 起：%3 筆記錄</translation>
    </message>
    <message>
        <source>%1 records, actual and predicted from %2 to %3; of %4 both differ by less than %5</source>
        <translation>%1 筆記錄，實際與預測從 %2 到 %3；其中 %4 兩者相差小於 %5</translation>
    </message>
</context>
<context>
    <name>millrace::DropZone</name>
    <message>
        <source>Tables (*.csv *.tsv *.txt *.json *.jsonl *.ndjson *.parquet *.gz *.zst)</source>
        <translation>表格 (*.csv *.tsv *.txt *.json *.jsonl *.ndjson *.parquet *.gz *.zst)</translation>
    </message>
</context>
<context>
    <name>millrace::EvaluatePage</name>
    <message>
        <source>Evaluate</source>
        <translation>評估</translation>
    </message>
    <message>
        <source>simulated events</source>
        <translation>模擬事件</translation>
    </message>
    <message>
        <source>Commits what was scored, and ends</source>
        <translation>提交已評分的部分，然後結束</translation>
    </message>
    <message>
        <source>Data path</source>
        <translation>資料流向</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>已讀取</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>速率</translation>
    </message>
    <message>
        <source>Lag of the group</source>
        <translation>群組的落後量</translation>
    </message>
    <message>
        <source>Rejected records</source>
        <translation>被拒絕的記錄</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>時間</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>記錄</translation>
    </message>
    <message>
        <source>Partition</source>
        <translation>分割區</translation>
    </message>
    <message>
        <source>Scored</source>
        <translation>已評分</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>被拒絕</translation>
    </message>
    <message>
        <source>Next offset</source>
        <translation>下一個位移</translation>
    </message>
    <message>
        <source>Saved by</source>
        <translation>儲存者</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>群組</translation>
    </message>
    <message>
        <source>Partitions</source>
        <translation>分割區</translation>
    </message>
    <message>
        <source>Members of the group share its scores: each partition&apos;s are saved with its offset, and whoever gets the partition next goes on from there</source>
        <translation>群組的成員共用其分數：每個分割區的分數與其位移一併儲存，之後取得該分割區的成員由此繼續</translation>
    </message>
    <message>
        <source>What the group has committed, and its lag, partition by partition.</source>
        <translation>群組已提交的位移及其落後量，逐一列出各分割區。</translation>
    </message>
    <message>
        <source>What the group&apos;s members have scored of each partition.</source>
        <translation>群組成員在各分割區已評分的部分。</translation>
    </message>
    <message>
        <source>weighed by %1 · as much as %2 equal records</source>
        <translation>依 %1 加權 · 相當於 %2 筆等權重記錄</translation>
    </message>
    <message>
        <source>weighed by %1</source>
        <translation>依 %1 加權</translation>
    </message>
    <message>
        <source>%1 · best %2</source>
        <translation>%1 · 最佳 %2</translation>
    </message>
    <message>
        <source>It is not defined: the records that were scored are all of one class or value, or a prediction is no number</source>
        <translation>無定義：已評分的記錄全屬同一類別或同一值，或有預測不是數字</translation>
    </message>
    <message>
        <source>Partitions · %1 members</source>
        <translation>分割區 · %1 個成員</translation>
    </message>
    <message>
        <source>%1 at %2</source>
        <translation>%1（門檻 %2）</translation>
    </message>
    <message>
        <source>%1 at %2, of records</source>
        <translation>%1（門檻 %2，依筆數）</translation>
    </message>
</context>
<context>
    <name>millrace::ExperimentRun</name>
    <message>
        <source> (connected already: the experiment&apos;s %1 is not used)</source>
        <translation>（已連線：不使用實驗中的 %1）</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%2：%1 筆</translation>
    </message>
    <message>
        <source>class %1</source>
        <translation>類別 %1</translation>
    </message>
    <message>
        <source>class 1</source>
        <translation>類別 1</translation>
    </message>
    <message>
        <source>Simulate 1 event</source>
        <translation>模擬 1 個事件</translation>
    </message>
    <message>
        <source>Simulate %1 events</source>
        <translation>模擬 %1 個事件</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>Train 1 epoch</source>
        <translation>訓練 1 個週期</translation>
    </message>
    <message>
        <source>Train %1 epochs</source>
        <translation>訓練 %1 個週期</translation>
    </message>
    <message>
        <source>Train a linear baseline</source>
        <translation>訓練線性基準</translation>
    </message>
    <message>
        <source>Train a baseline</source>
        <translation>訓練基準</translation>
    </message>
    <message>
        <source>Connect to Kafka</source>
        <translation>連線到 Kafka</translation>
    </message>
    <message>
        <source>Start a local Kafka</source>
        <translation>啟動本機 Kafka</translation>
    </message>
    <message>
        <source>Read the data</source>
        <translation>讀取資料</translation>
    </message>
    <message>
        <source>Create topics</source>
        <translation>建立主題</translation>
    </message>
    <message>
        <source>Split and publish</source>
        <translation>分割並發布</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>發布</translation>
    </message>
    <message>
        <source>Evaluate the baseline</source>
        <translation>評估基準</translation>
    </message>
    <message>
        <source>Evaluate by consumer group</source>
        <translation>以消費者群組評估</translation>
    </message>
    <message>
        <source>Learn online</source>
        <translation>線上學習</translation>
    </message>
    <message>
        <source>Predict into another topic</source>
        <translation>預測並寫入另一個主題</translation>
    </message>
    <message>
        <source>Export the model</source>
        <translation>匯出模型</translation>
    </message>
</context>
<context>
    <name>millrace::FileSources</name>
    <message>
        <source>Simulated events</source>
        <translation>模擬事件</translation>
    </message>
    <message>
        <source>Simulate</source>
        <translation>模擬</translation>
    </message>
    <message>
        <source>No download: events drawn from a profile of the real data set</source>
        <translation>不需下載：依真實資料集的輪廓抽樣產生事件</translation>
    </message>
    <message>
        <source>Real events: download %1 from %2</source>
        <translation>真實事件：從 %2 下載 %1</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下載</translation>
    </message>
    <message>
        <source>What has come is kept when it is interrupted, and it goes on from there</source>
        <translation>中斷時保留已下載的部分，之後由此繼續</translation>
    </message>
    <message>
        <source>Drop a table here</source>
        <translation>將表格拖放到此處</translation>
    </message>
    <message>
        <source>CSV or JSON records, plain, gzip or zstd. Separator, heading, column types and the label are found by themselves; you can change the roles afterwards. Several files of the same columns are one table.</source>
        <translation>CSV 或 JSON 記錄，未壓縮、gzip 或 zstd 皆可。分隔符號、標題列、欄的型別與標籤會自動判斷；之後仍可變更角色。欄相同的多個檔案視為一個表格。</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>開啟檔案…</translation>
    </message>
</context>
<context>
    <name>millrace::FirstRowsCard</name>
    <message>
        <source>First rows</source>
        <translation>前幾列</translation>
    </message>
    <message>
        <source>The first %1 of %2 columns</source>
        <translation>%2 欄中的前 %1 欄</translation>
    </message>
</context>
<context>
    <name>millrace::GroupsPanel</name>
    <message>
        <source>state</source>
        <translation>狀態</translation>
    </message>
    <message>
        <source>group</source>
        <translation>群組</translation>
    </message>
    <message>
        <source>How the group does here, from its last ten commits; no threshold is involved</source>
        <translation>依最近十次提交判斷群組在此的狀況；不涉及任何門檻</translation>
    </message>
    <message>
        <source>Offsets that a reader of the group has still to pass; 0 when it meets the end at once</source>
        <translation>群組的讀取者尚須通過的位移；若立即到達末端則為 0</translation>
    </message>
    <message>
        <source>How old the next unread record is</source>
        <translation>下一筆未讀記錄已存在多久</translation>
    </message>
    <message>
        <source>Time to drain: lag / (records out − records in a second)</source>
        <translation>讀完所需時間：落後量 /（每秒讀出記錄 − 每秒流入記錄）</translation>
    </message>
    <message>
        <source>What the age counts from: the record&apos;s creation by its producer, or its append by the broker</source>
        <translation>時齡的起算點：生產者建立記錄時，或 broker 附加記錄時</translation>
    </message>
    <message>
        <source>Records a second that come into the partition</source>
        <translation>每秒進入分割區的記錄</translation>
    </message>
    <message>
        <source>Records a second that the group reads and commits</source>
        <translation>群組每秒讀取並提交的記錄</translation>
    </message>
    <message>
        <source>The next offset that the group has committed</source>
        <translation>群組已提交的下一個位移</translation>
    </message>
    <message>
        <source>The position in the newest checkpoint of the run that reads as this group</source>
        <translation>以此群組讀取的執行，其最新檢查點中的讀取位置</translation>
    </message>
    <message>
        <source>The end that a reader of committed records sees</source>
        <translation>只讀已提交記錄的讀取者所見的末端</translation>
    </message>
    <message>
        <source>Records that retention deletes before it comes to an unread one</source>
        <translation>還能再刪除多少筆記錄，保留期限才會觸及未讀記錄</translation>
    </message>
    <message>
        <source>Records that were deleted before the group had read them</source>
        <translation>群組尚未讀取即已刪除的記錄</translation>
    </message>
    <message>
        <source>none</source>
        <translation>無</translation>
    </message>
    <message>
        <source>No consumer groups yet: one appears with the first evaluation or online run.</source>
        <translation>尚無消費者群組：第一次評估或線上執行時會出現。</translation>
    </message>
    <message>
        <source>Offset lag</source>
        <translation>位移落後量</translation>
    </message>
    <message>
        <source>Age of unread</source>
        <translation>未讀時齡</translation>
    </message>
    <message>
        <source>Time to drain</source>
        <translation>讀完所需時間</translation>
    </message>
    <message>
        <source>Records/s in · out</source>
        <translation>每秒記錄 流入 · 讀出</translation>
    </message>
    <message>
        <source>Lag</source>
        <translation>落後量</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Delete group</source>
        <translation>刪除群組</translation>
    </message>
    <message>
        <source>Really delete?</source>
        <translation>確定刪除？</translation>
    </message>
    <message>
        <source>lag</source>
        <translation>落後量</translation>
    </message>
    <message>
        <source>in/s</source>
        <translation>流入/s</translation>
    </message>
    <message>
        <source>out/s</source>
        <translation>讀出/s</translation>
    </message>
    <message>
        <source>The group has committed no offsets and has no members.</source>
        <translation>群組未提交任何位移，也沒有成員。</translation>
    </message>
    <message>
        <source>Offset lag · %1 of %2</source>
        <translation>位移落後量 · %1 / %2</translation>
    </message>
    <message>
        <source>No group selected</source>
        <translation>未選取群組</translation>
    </message>
    <message>
        <source>Select a group to see its lag.</source>
        <translation>選取群組以查看其落後量。</translation>
    </message>
    <message>
        <source>Group %1 deleted</source>
        <translation>群組 %1 已刪除</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>群組</translation>
    </message>
    <message>
        <source>Lag of the group by partition</source>
        <translation>群組在各分割區的落後量</translation>
    </message>
</context>
<context>
    <name>millrace::HandPrediction</name>
    <message>
        <source>One record by hand</source>
        <translation>手動輸入一筆記錄</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>記錄</translation>
    </message>
    <message>
        <source>Predict</source>
        <translation>預測</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Feature</source>
        <translation>特徵</translation>
    </message>
    <message>
        <source>Choose a run: its features come here.</source>
        <translation>選擇一次執行：其特徵會顯示於此。</translation>
    </message>
    <message>
        <source>%1; or type them into the table</source>
        <translation>%1；或在表格中輸入</translation>
    </message>
    <message>
        <source>Write the record first. %1.</source>
        <translation>請先填寫記錄。%1。</translation>
    </message>
    <message>
        <source>Predicting…</source>
        <translation>預測中…</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特徵</translation>
    </message>
</context>
<context>
    <name>millrace::HelpPanel</name>
    <message>
        <source>Help</source>
        <translation>說明</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>Close the help (F1 or Escape)</source>
        <translation>關閉說明（F1 或 Escape）</translation>
    </message>
    <message>
        <source>There is no help for this page.</source>
        <translation>此頁面沒有說明。</translation>
    </message>
    <message>
        <source>Millrace %1: interactive machine learning on Apache Kafka streams.</source>
        <translation>Millrace %1：在 Apache Kafka 串流上進行互動式機器學習。</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later, without any warranty.</source>
        <translation>自由軟體，採用 GNU 通用公共授權條款第 3 版或更新版本，不提供任何擔保。</translation>
    </message>
    <message>
        <source>Made with Qt %1, librdkafka %2, LibTorch and QCustomPlot.</source>
        <translation>以 Qt %1、librdkafka %2、LibTorch 與 QCustomPlot 製作。</translation>
    </message>
    <message>
        <source>Runs, topics&apos; cards and these settings are kept in `%1`.</source>
        <translation>執行、主題卡片與這些設定都存放在 `%1`。</translation>
    </message>
</context>
<context>
    <name>millrace::JobPage</name>
    <message>
        <source>To Cluster</source>
        <translation>前往叢集</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暫停</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>No broker answers. The job waits, and goes on from where it is when one does.</source>
        <translation>沒有 broker 回應。工作正在等待，有回應時會從目前位置繼續。</translation>
    </message>
</context>
<context>
    <name>millrace::JobStrip</name>
    <message>
        <source>%1 left</source>
        <translation>剩餘 %1</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>stopping …</source>
        <translation>停止中 …</translation>
    </message>
</context>
<context>
    <name>millrace::Knob</name>
    <message>
        <source>now %1 · %2</source>
        <translation>目前 %1 · %2</translation>
    </message>
</context>
<context>
    <name>millrace::LagFeed</name>
    <message>
        <source>never</source>
        <translation>永不</translation>
    </message>
</context>
<context>
    <name>millrace::LayerChain</name>
    <message>
        <source>Layers</source>
        <translation>層</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <comment>a layer and its size</comment>
        <translation>%1：%2</translation>
    </message>
</context>
<context>
    <name>millrace::LegendLabel</name>
    <message>
        <source>%1 (hidden)</source>
        <translation>%1（已隱藏）</translation>
    </message>
    <message>
        <source>A click on a name hides its line, or shows it again</source>
        <translation>按一下名稱可隱藏或再次顯示其線條</translation>
    </message>
</context>
<context>
    <name>millrace::LineChart</name>
    <message>
        <source>at %1 %2: %3</source>
        <translation>在 %1 %2：%3</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟隨</translation>
    </message>
    <message>
        <source>Copy the values here</source>
        <translation>複製此處的值</translation>
    </message>
    <message>
        <source>Save as PNG, SVG or CSV…</source>
        <translation>儲存為 PNG、SVG 或 CSV…</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>儲存圖表</translation>
    </message>
    <message>
        <source>%1 cannot be written.</source>
        <translation>無法寫入 %1。</translation>
    </message>
</context>
<context>
    <name>millrace::LiveStream</name>
    <message>
        <source>Starting a local Kafka</source>
        <translation>正在啟動本機 Kafka</translation>
    </message>
    <message>
        <source>Making the topic %1</source>
        <translation>正在建立主題 %1</translation>
    </message>
</context>
<context>
    <name>millrace::MainWindow</name>
    <message>
        <source>%1 (its last checkpoint is kept)</source>
        <translation>%1（保留最後的檢查點）</translation>
    </message>
    <message>
        <source>%1 (no checkpoint yet)</source>
        <translation>%1（尚無檢查點）</translation>
    </message>
    <message>
        <source>No run was under way.</source>
        <translation>當時沒有進行中的執行。</translation>
    </message>
    <message>
        <source>Under way were: %1.</source>
        <translation>當時進行中：%1。</translation>
    </message>
    <message>
        <source>Millrace ended unexpectedly the last time. What was in topics and runs is kept. %1</source>
        <translation>Millrace 上次意外結束。主題與執行紀錄中的內容均已保留。%1</translation>
    </message>
    <message>
        <source>Show the runs</source>
        <translation>顯示執行紀錄</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>叢集</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>資料</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>評估</translation>
    </message>
    <message>
        <source>Predict</source>
        <translation>預測</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>執行紀錄</translation>
    </message>
    <message>
        <source>Stream</source>
        <translation>串流</translation>
    </message>
    <message>
        <source>Learn</source>
        <translation>學習</translation>
    </message>
    <message>
        <source>An experiment is running; stop it first.</source>
        <translation>實驗正在執行；請先停止。</translation>
    </message>
    <message>
        <source>%1 is done.</source>
        <translation>%1 已完成。</translation>
    </message>
    <message>
        <source>There is no file %1.</source>
        <translation>沒有檔案 %1。</translation>
    </message>
    <message>
        <source>%1 is a folder: open the files in it.</source>
        <translation>%1 是資料夾：請開啟其中的檔案。</translation>
    </message>
    <message>
        <source>%1 is an experiment: open it alone.</source>
        <translation>%1 是實驗：請單獨開啟。</translation>
    </message>
    <message>
        <source>Opened %1. Run it as a whole here, or step by step on the pages.</source>
        <translation>已開啟 %1。可在此整體執行，或在各頁面逐步執行。</translation>
    </message>
    <message>
        <source>Open an experiment, or the files of a table</source>
        <translation>開啟實驗，或表格的檔案</translation>
    </message>
    <message>
        <source>Experiments and data (*.millrace *.csv *.tsv *.txt *.json *.jsonl *.ndjson *.parquet *.gz *.zst);;All files (*)</source>
        <translation>實驗與資料 (*.millrace *.csv *.tsv *.txt *.json *.jsonl *.ndjson *.parquet *.gz *.zst);;所有檔案 (*)</translation>
    </message>
    <message>
        <source>Save the experiment</source>
        <translation>儲存實驗</translation>
    </message>
    <message>
        <source>Experiments (*.millrace)</source>
        <translation>實驗 (*.millrace)</translation>
    </message>
    <message>
        <source>Cannot write %1: %2.</source>
        <translation>無法寫入 %1：%2。</translation>
    </message>
    <message>
        <source>Saved %1.</source>
        <translation>已儲存 %1。</translation>
    </message>
    <message>
        <source>Saved %1, but it cannot run yet: %2</source>
        <translation>已儲存 %1，但尚無法執行：%2</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>%1: done.</source>
        <translation>%1：完成。</translation>
    </message>
    <message>
        <source>%1: stopped.</source>
        <translation>%1：已停止。</translation>
    </message>
    <message>
        <source>Theme: %1</source>
        <translation>佈景主題：%1</translation>
    </message>
    <message>
        <source>The language changes when Millrace is started again.</source>
        <translation>重新啟動 Millrace 後會變更語言。</translation>
    </message>
    <message>
        <source>The language stays as it is: %1 cannot be written.</source>
        <translation>語言維持不變：無法寫入 %1。</translation>
    </message>
</context>
<context>
    <name>millrace::ManyClassFigures</name>
    <message>
        <source>Confusion</source>
        <translation>混淆矩陣</translation>
    </message>
    <message>
        <source>actual</source>
        <translation>實際</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>預測</translation>
    </message>
    <message>
        <source>records</source>
        <translation>記錄數</translation>
    </message>
    <message>
        <source>share</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>Share of the actual class that was taken for the other</source>
        <translation>實際類別中被誤認為另一類別的比例</translation>
    </message>
    <message>
        <source>No record was taken for one of another class.</source>
        <translation>沒有記錄被誤認為其他類別。</translation>
    </message>
    <message>
        <source>Class by class</source>
        <translation>逐一類別</translation>
    </message>
    <message>
        <source>class</source>
        <translation>類別</translation>
    </message>
    <message>
        <source>recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>Share of its records that were recognized</source>
        <translation>該類別的記錄中被辨識出來的比例</translation>
    </message>
    <message>
        <source>precision</source>
        <translation>精確率</translation>
    </message>
    <message>
        <source>Share of the records that were predicted to be of it that are</source>
        <translation>預測為該類別的記錄中，確實屬於該類別的比例</translation>
    </message>
    <message>
        <source>How well each class is recognized stands here after an evaluation.</source>
        <translation>評估之後，此處顯示各類別的辨識成效。</translation>
    </message>
    <message>
        <source>class %1</source>
        <translation>類別 %1</translation>
    </message>
    <message>
        <source>Classes that are taken for each other</source>
        <translation>互相混淆的類別</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>類別</translation>
    </message>
</context>
<context>
    <name>millrace::Menus</name>
    <message>
        <source>&amp;File</source>
        <translation>檔案(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>開啟(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Save the experiment…</source>
        <translation>儲存實驗(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>結束(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>檢視(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>佈景主題(&amp;T)</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>跟隨系統(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>淺色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Next theme</source>
        <translation>下一個佈景主題(&amp;N)</translation>
    </message>
    <message>
        <source>La&amp;nguage</source>
        <translation>語言(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>說明(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Help on this page</source>
        <translation>本頁說明(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;About Millrace</source>
        <translation>關於 Millrace(&amp;A)</translation>
    </message>
</context>
<context>
    <name>millrace::ModelPage</name>
    <message>
        <source>Sigmoid</source>
        <translation>Sigmoid</translation>
    </message>
    <message>
        <source>probability</source>
        <translation>機率</translation>
    </message>
    <message>
        <source>Softmax</source>
        <translation>Softmax</translation>
    </message>
    <message numerus="yes">
        <source>%n probabilities</source>
        <translation>
            <numerusform>%n 個機率</numerusform>
        </translation>
    </message>
    <message>
        <source>Value</source>
        <translation>數值</translation>
    </message>
    <message>
        <source>in its unit</source>
        <translation>以其單位表示</translation>
    </message>
    <message>
        <source>Input</source>
        <translation>輸入</translation>
    </message>
    <message>
        <source>1 feature</source>
        <translation>1 個特徵</translation>
    </message>
    <message>
        <source>%1 features</source>
        <translation>%1 個特徵</translation>
    </message>
    <message>
        <source>preprocessing</source>
        <translation>前處理</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>層</translation>
    </message>
    <message>
        <source>outputs</source>
        <translation>輸出</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>參數</translation>
    </message>
    <message>
        <source>Copy specification</source>
        <translation>複製規格</translation>
    </message>
    <message>
        <source>Train…</source>
        <translation>訓練…</translation>
    </message>
    <message>
        <source>A built-in model, made for the inputs that the data have</source>
        <translation>內建模型，依資料的輸入建立</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>預設組</translation>
    </message>
    <message>
        <source>Inputs</source>
        <translation>輸入</translation>
    </message>
    <message>
        <source>From</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>Shown for the columns as they are. A training first makes numbers of them: texts and dates become several inputs each.</source>
        <translation>依欄的原樣顯示。訓練時會先轉為數字：文字與日期各成為多個輸入。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>層</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>參數</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>檢查</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>摘要</translation>
    </message>
    <message>
        <source>Choose a preset to see its layers.</source>
        <translation>選擇預設組以查看其各層。</translation>
    </message>
    <message>
        <source>Specification</source>
        <translation>規格</translation>
    </message>
    <message>
        <source>the data</source>
        <translation>資料</translation>
    </message>
    <message>
        <source>%1, until data are opened</source>
        <translation>%1，直到開啟資料</translation>
    </message>
    <message>
        <source>● The layers fit together.</source>
        <translation>● 各層相互吻合。</translation>
    </message>
    <message>
        <source>■ %1</source>
        <translation>■ %1</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合計</translation>
    </message>
    <message>
        <source>%1 · %2 parameters</source>
        <translation>%1 · %2 個參數</translation>
    </message>
    <message>
        <source>Specification copied</source>
        <translation>規格已複製</translation>
    </message>
</context>
<context>
    <name>millrace::Page</name>
    <message>
        <source>At most %1 records a second.</source>
        <translation>每秒最多 %1 筆記錄。</translation>
    </message>
    <message>
        <source>As fast as it goes.</source>
        <translation>盡可能快。</translation>
    </message>
</context>
<context>
    <name>millrace::PredictPage</name>
    <message>
        <source>Partition</source>
        <translation>分割區</translation>
    </message>
    <message>
        <source>Offset</source>
        <translation>位移</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>鍵</translation>
    </message>
    <message>
        <source>Predict</source>
        <translation>預測</translation>
    </message>
    <message>
        <source>Commits what was predicted, and ends</source>
        <translation>提交已預測的部分，然後結束</translation>
    </message>
    <message>
        <source>Data path</source>
        <translation>資料流向</translation>
    </message>
    <message>
        <source>Rejected records</source>
        <translation>被拒絕的記錄</translation>
    </message>
    <message>
        <source>Transactions</source>
        <translation>交易</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>時間</translation>
    </message>
    <message>
        <source>Written to</source>
        <translation>寫入至</translation>
    </message>
    <message>
        <source>Predicted</source>
        <translation>已預測</translation>
    </message>
    <message>
        <source>Records a second</source>
        <translation>每秒記錄數</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>剩餘</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>剩餘時間</translation>
    </message>
    <message>
        <source>Last predictions</source>
        <translation>最近的預測</translation>
    </message>
    <message>
        <source>Choose a run, a topic with records and a topic for the predictions, then press Predict.</source>
        <translation>選擇一次執行、一個有記錄的主題，以及存放預測的主題，然後按「預測」。</translation>
    </message>
</context>
<context>
    <name>millrace::ProposalForm</name>
    <message>
        <source>role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Click a role to change it</source>
        <translation>按一下角色即可變更</translation>
    </message>
    <message>
        <source>column</source>
        <translation>欄</translation>
    </message>
    <message>
        <source>what is done with it</source>
        <translation>處理方式</translation>
    </message>
    <message>
        <source>why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>The column that is to be learnt; of several numbers the roles below say which</source>
        <translation>要學習的欄；若有多個數值，由下方的角色指明</translation>
    </message>
    <message>
        <source>What the label&apos;s values are</source>
        <translation>標籤的值是什麼</translation>
    </message>
    <message>
        <source>A built-in model</source>
        <translation>內建模型</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>變更…</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>標籤</translation>
    </message>
    <message>
        <source>Task</source>
        <translation>任務</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>分割</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>預算</translation>
    </message>
    <message>
        <source>Open or drop a file, then press Learn from it on the page Data.</source>
        <translation>開啟或拖放檔案，然後按「資料」頁面的「從中學習」。</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>欄</translation>
    </message>
</context>
<context>
    <name>millrace::ProposalPage</name>
    <message>
        <source>Learn</source>
        <translation>學習</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存新檔…</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Predict with it</source>
        <translation>用它預測</translation>
    </message>
    <message>
        <source>How it is published and split</source>
        <translation>如何發布與分割</translation>
    </message>
    <message>
        <source>How it is trained</source>
        <translation>如何訓練</translation>
    </message>
    <message>
        <source>Save all of it as one file that also runs headless: millrace run FILE</source>
        <translation>全部存成一個檔案，也可不開視窗執行：millrace run FILE</translation>
    </message>
    <message>
        <source>What will be done</source>
        <translation>將要進行的步驟</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>No label yet: choose the column that is to be learnt.</source>
        <translation>尚無標籤：請選擇要學習的欄。</translation>
    </message>
    <message>
        <source>Save the experiment</source>
        <translation>儲存實驗</translation>
    </message>
    <message>
        <source>Experiments (*.millrace)</source>
        <translation>實驗 (*.millrace)</translation>
    </message>
    <message>
        <source>Saved %1. It runs headless, too: millrace run %1</source>
        <translation>已儲存 %1。也可不開視窗執行：millrace run %1</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>What is being done</source>
        <translation>正在進行</translation>
    </message>
    <message>
        <source>What was done</source>
        <translation>已經完成</translation>
    </message>
</context>
<context>
    <name>millrace::PublishForm</name>
    <message numerus="yes">
        <source>A model can learn to tell %1 from %2 by %n columns.</source>
        <translation>
            <numerusform>模型可由 %n 個欄學習分辨 %1 與 %2。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>A model can learn to tell %1 classes apart by %n columns.</source>
        <translation>
            <numerusform>模型可由 %n 個欄學習分辨 %1 個類別。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>A model can learn to foretell %1 by %n columns.</source>
        <translation>
            <numerusform>模型可由 %n 個欄學習預測 %1。</numerusform>
        </translation>
    </message>
    <message>
        <source>Split and publish</source>
        <translation>分割並發布</translation>
    </message>
    <message>
        <source>Send only the rows that are not there yet</source>
        <translation>只傳送尚未送達的列</translation>
    </message>
    <message>
        <source>An earlier publication of this file to the topic was not finished</source>
        <translation>先前將此檔案發布到該主題時未完成</translation>
    </message>
    <message>
        <source>Split by %1, since %2.</source>
        <translation>依 %1 分割，因為 %2。</translation>
    </message>
    <message>
        <source>◆ A random test part misleads: %1. &lt;a href=&quot;split&quot;&gt;Split by %2&lt;/a&gt;</source>
        <translation>◆ 隨機的測試部分會誤導：%1。&lt;a href=&quot;split&quot;&gt;改依 %2 分割&lt;/a&gt;</translation>
    </message>
    <message>
        <source>◆ A label as key puts each class whole into one partition. The value leaves it out.</source>
        <translation>◆ 以標籤為鍵會使每個類別整個落在同一分割區。值不含標籤。</translation>
    </message>
    <message>
        <source>The label as key, as in the tutorial: the value leaves it out.</source>
        <translation>如教學所示，以標籤為鍵：值不含標籤。</translation>
    </message>
    <message>
        <source>Without a key, messages spread over the partitions at random. The value holds all columns, the label among them.</source>
        <translation>沒有鍵時，訊息隨機分散到各分割區。值包含所有欄，標籤亦在其中。</translation>
    </message>
    <message>
        <source>The column of the role key, or the row number, which spreads messages evenly over the partitions. The value holds all columns, the label among them.</source>
        <translation>角色為鍵的欄，或列號；列號使訊息平均分散到各分割區。值包含所有欄，標籤亦在其中。</translation>
    </message>
    <message>
        <source>The row number as key spreads messages evenly over the partitions. The value holds all columns, the label among them.</source>
        <translation>以列號為鍵，使訊息平均分散到各分割區。值包含所有欄，標籤亦在其中。</translation>
    </message>
    <message>
        <source>Rows with the same %1 go to the same partition.</source>
        <translation>%1 相同的列會進入同一分割區。</translation>
    </message>
    <message>
        <source>%1 records have a label, %2 have none.</source>
        <translation>%1 筆記錄有標籤，%2 筆沒有。</translation>
    </message>
    <message numerus="yes">
        <source>Ignored: %1 and %n more column(s).</source>
        <translation>
            <numerusform>忽略：%1 及另外 %n 欄。</numerusform>
        </translation>
    </message>
    <message>
        <source>Ignored: %1.</source>
        <translation>忽略：%1。</translation>
    </message>
    <message>
        <source>◆ A split by %1 needs a column: choose it under By column.</source>
        <translation>◆ 依 %1 分割需要一欄：請在「依欄」選擇。</translation>
    </message>
</context>
<context>
    <name>millrace::PublishedCard</name>
    <message>
        <source>Published</source>
        <translation>已發布</translation>
    </message>
    <message>
        <source>Show rejected</source>
        <translation>顯示被拒絕的列</translation>
    </message>
    <message>
        <source>Opens the rows that could not be used, with the reason of each</source>
        <translation>開啟無法使用的列，並附上各列的原因</translation>
    </message>
    <message>
        <source>Train on it…</source>
        <translation>用它訓練…</translation>
    </message>
    <message>
        <source>No program here opens CSV files; the rows are in %1</source>
        <translation>此處沒有可開啟 CSV 檔案的程式；這些列在 %1</translation>
    </message>
    <message>
        <source>%1 records</source>
        <translation>%1 筆記錄</translation>
    </message>
    <message>
        <source>%1 / s</source>
        <translation>%1 / s</translation>
    </message>
    <message>
        <source>%1 rejected</source>
        <translation>%1 筆被拒絕</translation>
    </message>
    <message>
        <source>topic</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>partition</source>
        <translation>分割區</translation>
    </message>
    <message>
        <source>records</source>
        <translation>記錄數</translation>
    </message>
</context>
<context>
    <name>millrace::ReadingForm</name>
    <message>
        <source>How the file is read</source>
        <translation>檔案的讀取方式</translation>
    </message>
    <message>
        <source>First lines of the file</source>
        <translation>檔案的前幾行</translation>
    </message>
    <message>
        <source>As they stand in the file, in its encoding. Where the letters are wrong, choose another encoding; the rows that are made from it are below</source>
        <translation>依檔案的編碼原樣顯示。若文字有誤，請選擇其他編碼；由此產生的列顯示於下方</translation>
    </message>
</context>
<context>
    <name>millrace::RegressionFigures</name>
    <message>
        <source>Target</source>
        <translation>目標</translation>
    </message>
    <message>
        <source>Whose predictions and scores are shown</source>
        <translation>要顯示哪個目標的預測與分數</translation>
    </message>
    <message>
        <source>What was predicted stands here against what is, after an evaluation.</source>
        <translation>評估之後，此處對照顯示預測與實際。</translation>
    </message>
    <message>
        <source>How far predictions are off stands here after an evaluation.</source>
        <translation>評估之後，此處顯示預測的偏差大小。</translation>
    </message>
    <message>
        <source>Predicted against actual</source>
        <translation>預測與實際對照</translation>
    </message>
    <message>
        <source>Residuals</source>
        <translation>殘差</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>a score and its value</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>actual − predicted</source>
        <translation>實際 − 預測</translation>
    </message>
    <message>
        <source>actual − predicted, %1</source>
        <translation>實際 − 預測（%1）</translation>
    </message>
</context>
<context>
    <name>millrace::RejectedBanner</name>
    <message>
        <source>No program here opens CSV files; the records are in %1</source>
        <translation>此處沒有可開啟 CSV 檔案的程式；這些記錄在 %1</translation>
    </message>
    <message>
        <source>%1 has them one by one.</source>
        <translation>%1 中逐筆列出。</translation>
    </message>
    <message>
        <source>Show rejected</source>
        <translation>顯示被拒絕的記錄</translation>
    </message>
</context>
<context>
    <name>millrace::RoleBar</name>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Back to the proposal</source>
        <translation>恢復建議</translation>
    </message>
    <message>
        <source>Gives all selected columns the same role</source>
        <translation>為所有選取的欄設定同一角色</translation>
    </message>
    <message>
        <source>Takes the last change of the columns back</source>
        <translation>復原對欄的上一次變更</translation>
    </message>
    <message>
        <source>Forgets all that was changed by hand: roles, label and task as the file proposes them</source>
        <translation>捨棄所有手動變更：角色、標籤與任務恢復為依檔案建議的內容</translation>
    </message>
    <message>
        <source>Private</source>
        <translation>私密</translation>
    </message>
    <message>
        <source>No preview, card, rejected file, log, report or prediction shows the values</source>
        <translation>預覽、卡片、被拒絕記錄的檔案、記錄檔、報告與預測都不顯示其值</translation>
    </message>
    <message>
        <source>Select columns to give them a role</source>
        <translation>選取欄以設定其角色</translation>
    </message>
    <message numerus="yes">
        <source>%n column(s) selected</source>
        <translation>
            <numerusform>已選取 %n 個欄</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>millrace::RoleDelegate</name>
    <message>
        <source>%1, private</source>
        <translation>%1，私密</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>also label</source>
        <translation>亦為標籤</translation>
    </message>
    <message>
        <source>A further number to foretell, beside the label that there is</source>
        <translation>在現有標籤之外，再預測一個數值</translation>
    </message>
</context>
<context>
    <name>millrace::RunCurves</name>
    <message>
        <source>epochs</source>
        <translation>訓練週期</translation>
    </message>
    <message>
        <source>This run has no epochs to show.</source>
        <translation>此執行沒有可顯示的訓練週期。</translation>
    </message>
    <message>
        <source>training</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>驗證</translation>
    </message>
</context>
<context>
    <name>millrace::RunDetails</name>
    <message>
        <source>No record came: all had been read before.</source>
        <translation>沒有新記錄：全部先前都已讀過。</translation>
    </message>
    <message>
        <source>No record came: %1.</source>
        <translation>沒有新記錄：%1。</translation>
    </message>
    <message>
        <source>It ended before its time. Its last checkpoint is of step %1 of %2; what it had learnt until then stands below.</source>
        <translation>它提前結束。最後的檢查點在 %2 步中的第 %1 步；當時已學到的列於下方。</translation>
    </message>
    <message>
        <source>It ended before its time, without a checkpoint.</source>
        <translation>它提前結束，且沒有檢查點。</translation>
    </message>
    <message>
        <source>class %1</source>
        <translation>類別 %1</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>訓練週期</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲線</translation>
    </message>
    <message>
        <source>column</source>
        <translation>欄</translation>
    </message>
    <message>
        <source>what is made of it</source>
        <translation>轉換結果</translation>
    </message>
    <message>
        <source>why</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Epochs or scores</source>
        <translation>週期或分數</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>混淆矩陣</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>欄</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>分數</translation>
    </message>
    <message>
        <source>number</source>
        <translation>數字</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>週期</translation>
    </message>
    <message>
        <source>records</source>
        <translation>記錄數</translation>
    </message>
    <message>
        <source>validation %1</source>
        <comment>a score</comment>
        <translation>驗證 %1</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Mini-datasets</source>
        <translation>小資料集</translation>
    </message>
    <message>
        <source>This run has no epochs to show.</source>
        <translation>此執行沒有可顯示的訓練週期。</translation>
    </message>
    <message>
        <source>Select a run to see its epochs.</source>
        <translation>選取執行以查看其訓練週期。</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>score</source>
        <translation>分數</translation>
    </message>
    <message>
        <source>This run has no scores to show.</source>
        <translation>此執行沒有分數可顯示。</translation>
    </message>
    <message>
        <source>This run has no confusion of classes to show.</source>
        <translation>此執行沒有混淆矩陣可顯示。</translation>
    </message>
    <message>
        <source>actual</source>
        <translation>實際</translation>
    </message>
    <message>
        <source>predicted</source>
        <translation>預測</translation>
    </message>
    <message>
        <source>actual ↓ predicted →</source>
        <translation>實際 ↓ 預測 →</translation>
    </message>
    <message>
        <source>Select a run to see what was made of the columns.</source>
        <translation>選取執行以查看欄的轉換結果。</translation>
    </message>
    <message>
        <source>This run takes each column as it is, as a number.</source>
        <translation>此執行將每一欄原樣作為數字使用。</translation>
    </message>
    <message>
        <source>What is made of the columns stands at the training.</source>
        <translation>欄的轉換結果列於訓練的執行中。</translation>
    </message>
</context>
<context>
    <name>millrace::RunsPage</name>
    <message>
        <source>Runs</source>
        <translation>執行紀錄</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Reproduce</source>
        <translation>重現</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>開啟資料夾</translation>
    </message>
    <message>
        <source>Evaluate…</source>
        <translation>評估…</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>匯出</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>刪除</translation>
    </message>
    <message>
        <source>Really delete?</source>
        <translation>確定刪除？</translation>
    </message>
    <message>
        <source>Export format</source>
        <translation>匯出格式</translation>
    </message>
    <message>
        <source>Writes the model into the run&apos;s folder, under model/</source>
        <translation>將模型寫入該執行的資料夾，位於 model/ 之下</translation>
    </message>
    <message>
        <source>No runs yet: train a model on the Train page, or run the tutorial from Start.</source>
        <translation>尚無執行紀錄：請在「訓練」頁面訓練模型，或從「開始」頁面執行教學。</translation>
    </message>
    <message>
        <source>Goes on from the last checkpoint, as if nothing had been</source>
        <translation>從最後的檢查點繼續，如同未曾中斷</translation>
    </message>
    <message>
        <source>Trains again what the journal says, and compares the weights</source>
        <translation>依日誌所載重新訓練，並比對權重</translation>
    </message>
    <message>
        <source>No run selected</source>
        <translation>未選取執行</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>關閉</translation>
    </message>
    <message>
        <source>There is no file manager here; the folder is %1</source>
        <translation>此處沒有檔案管理員；資料夾是 %1</translation>
    </message>
    <message>
        <source>Reproduced: the weights are the same, bit by bit</source>
        <translation>已重現：權重逐位元相同</translation>
    </message>
    <message>
        <source>Not reproduced: the weights differ</source>
        <translation>未能重現：權重不同</translation>
    </message>
    <message>
        <source>Exported %1, %2</source>
        <translation>已匯出 %1，%2</translation>
    </message>
    <message>
        <source>Find a run</source>
        <translation>尋找執行</translation>
    </message>
    <message>
        <source>Shows the runs that have each word in name, kind, status, time or topic; Escape shows all</source>
        <translation>顯示名稱、種類、狀態、時間或主題含有每個字詞的執行；按 Esc 顯示全部</translation>
    </message>
    <message>
        <source>No run is like “%1”. Escape in the search shows all.</source>
        <translation>沒有符合「%1」的執行。在搜尋欄按 Esc 顯示全部。</translation>
    </message>
    <message>
        <source>Select a run first.</source>
        <translation>請先選取一次執行。</translation>
    </message>
    <message>
        <source>Scores the model on records of a topic, on the Evaluate page</source>
        <translation>在「評估」頁以主題的記錄為模型評分</translation>
    </message>
    <message>
        <source>What the model is exported as</source>
        <translation>模型的匯出格式</translation>
    </message>
    <message>
        <source>Run %1 is used by %2. Without it their model is gone.</source>
        <translation>執行 %1 由 %2 使用。刪除後它們的模型就沒有了。</translation>
    </message>
    <message>
        <source>Delete all the same</source>
        <translation>仍要刪除</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Run %1 is deleted.</source>
        <translation>已刪除執行 %1。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>復原</translation>
    </message>
    <message>
        <source>Deletes the run&apos;s folder; Undo takes it back</source>
        <translation>刪除此執行的資料夾；「復原」可取回</translation>
    </message>
</context>
<context>
    <name>millrace::ScoreHistogram</name>
    <message>
        <source>Histogram of the probabilities by class</source>
        <translation>各類別的機率直方圖</translation>
    </message>
    <message>
        <source>probability of %1</source>
        <translation>%1 的機率</translation>
    </message>
    <message>
        <source>The scores stand here after an evaluation.</source>
        <translation>評估之後，此處顯示分數。</translation>
    </message>
    <message>
        <source>Of the records of %1, and of those of %2</source>
        <translation>%1 的記錄，以及 %2 的記錄</translation>
    </message>
</context>
<context>
    <name>millrace::SectionForm</name>
    <message>
        <source>%1. Return applies it to the job that runs.</source>
        <translation>%1。按 Return 即套用到執行中的工作。</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
</context>
<context>
    <name>millrace::SectionPage</name>
    <message>
        <source>Choose a file; one can also be dropped on the page</source>
        <translation>選擇檔案；也可將檔案拖放到此頁面</translation>
    </message>
    <message>
        <source>%1: what runs has to end first; then choose the run again.</source>
        <translation>%1：請先等目前的工作結束，再選擇執行。</translation>
    </message>
    <message>
        <source>Open a table</source>
        <translation>開啟表格</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有檔案 (*)</translation>
    </message>
    <message>
        <source>Drop one file at a time here: each is answered with a file of its own.</source>
        <translation>此處一次請拖放一個檔案：每個檔案各有自己的結果檔。</translation>
    </message>
    <message>
        <source>There was nothing to read: the group %1 has read all records of %2 already. A group reads each record once; a new group reads all again.</source>
        <translation>沒有可讀取的記錄：群組 %1 已讀完 %2 的所有記錄。一個群組對每筆記錄只讀一次；新的群組會全部重讀。</translation>
    </message>
    <message>
        <source>Use a new group</source>
        <translation>使用新群組</translation>
    </message>
    <message>
        <source>To Train</source>
        <translation>前往訓練</translation>
    </message>
</context>
<context>
    <name>millrace::StartPage</name>
    <message>
        <source>score</source>
        <translation>分數</translation>
    </message>
    <message>
        <source>Of classes the accuracy, of numbers R²</source>
        <translation>類別顯示準確率，數值顯示 R²</translation>
    </message>
    <message>
        <source>%1 before learning</source>
        <comment>a score</comment>
        <translation>學習前 %1</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>Open experiment…</source>
        <translation>開啟實驗…</translation>
    </message>
    <message>
        <source>Open an experiment file or a CSV (Ctrl+O)</source>
        <translation>開啟實驗檔案或 CSV（Ctrl+O）</translation>
    </message>
    <message>
        <source>Save experiment…</source>
        <translation>儲存實驗…</translation>
    </message>
    <message>
        <source>Save what the pages&apos; forms say as one file that also runs headless (Ctrl+S)</source>
        <translation>將各頁面表單的內容存成一個檔案，也可不開視窗執行（Ctrl+S）</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>執行</translation>
    </message>
    <message>
        <source>With real events from a downloaded %1…</source>
        <translation>使用已下載的 %1 中的真實事件…</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>損失</translation>
    </message>
    <message>
        <source>records</source>
        <translation>記錄數</translation>
    </message>
    <message>
        <source>left in this pass</source>
        <translation>本遍剩餘</translation>
    </message>
    <message>
        <source>smoothed</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>The training draws its loss and what is left to read here.</source>
        <translation>訓練時，此處繪出損失與尚未讀取的記錄。</translation>
    </message>
    <message>
        <source>Download %1 from %2…</source>
        <translation>從 %2 下載 %1…</translation>
    </message>
    <message>
        <source>Drop a table here</source>
        <translation>將表格拖放到此處</translation>
    </message>
    <message>
        <source>CSV or JSON records, .gz, .zst, any size; several files of the same columns are one table</source>
        <translation>CSV 或 JSON 記錄、.gz、.zst，大小不限；欄相同的多個檔案視為一個表格</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>選擇檔案…</translation>
    </message>
    <message>
        <source>Recent runs</source>
        <translation>最近的執行</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>種類</translation>
    </message>
    <message>
        <source>when</source>
        <translation>時間</translation>
    </message>
    <message>
        <source>No run yet. Run the tutorial, or drop a file and train on it.</source>
        <translation>尚無執行紀錄。請執行教學，或拖放檔案並用它訓練。</translation>
    </message>
    <message>
        <source>All runs</source>
        <translation>所有執行紀錄</translation>
    </message>
    <message>
        <source>Live stream with drift</source>
        <translation>有漂移的即時串流</translation>
    </message>
    <message>
        <source>A network learns from a simulated stream while you change the world under it.</source>
        <translation>網路從模擬串流學習，同時由您改變它背後的世界。</translation>
    </message>
    <message>
        <source>Learn from %1</source>
        <translation>從 %1 學習</translation>
    </message>
    <message>
        <source>The tutorial: %1 events through Kafka</source>
        <translation>教學：%1 事件流經 Kafka</translation>
    </message>
    <message>
        <source>A real broker, 100,000 simulated events, a network of 68,481 parameters, trained live. About 20 seconds.</source>
        <translation>真實的 broker、100,000 筆模擬事件、含 68,481 個參數的網路，即時訓練。約 20 秒。</translation>
    </message>
    <message>
        <source>A real broker, the first 100,000 events of %1, a network of 68,481 parameters, trained live.</source>
        <translation>真實的 broker、%1 的前 100,000 筆事件、含 68,481 個參數的網路，即時訓練。</translation>
    </message>
    <message>
        <source>%1 events</source>
        <translation>%1 事件</translation>
    </message>
    <message>
        <source>CSV (*.csv *.gz *.zst);;All files (*)</source>
        <translation>CSV (*.csv *.gz *.zst);;所有檔案 (*)</translation>
    </message>
    <message>
        <source>An opened experiment. Run it as a whole; its values also stand in the forms of the pages.</source>
        <translation>已開啟的實驗。可整體執行；其值也已填入各頁面的表單。</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暫停</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>再次執行</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <comment>a score and its value</comment>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>lag %1</source>
        <translation>落後量 %1</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩餘 %1</translation>
    </message>
    <message>
        <source>Loss of %1</source>
        <translation>%1 的損失</translation>
    </message>
</context>
<context>
    <name>millrace::StatusBar</name>
    <message>
        <source>To the cluster&apos;s page</source>
        <translation>前往叢集頁面</translation>
    </message>
    <message>
        <source>Stop it; what it has done is kept</source>
        <translation>停止；已完成的部分會保留</translation>
    </message>
    <message>
        <source>Stop the running job</source>
        <translation>停止執行中的工作</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>第 %1 步，共 %2 步</translation>
    </message>
    <message>
        <source>and %1 more</source>
        <translation>另有 %1 項</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>進度</translation>
    </message>
    <message>
        <source>No message</source>
        <translation>沒有訊息</translation>
    </message>
</context>
<context>
    <name>millrace::StreamCharts</name>
    <message>
        <source>Accuracy</source>
        <translation>準確率</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Records a second</source>
        <translation>每秒記錄數</translation>
    </message>
    <message>
        <source>Start the stream, wait until the network has learnt,
then turn a knob and see what happens.</source>
        <translation>啟動串流，等網路學會之後，
轉動旋鈕，看看會發生什麼。</translation>
    </message>
    <message>
        <source>majority class</source>
        <translation>多數類別</translation>
    </message>
    <message>
        <source>no change</source>
        <translation>不變</translation>
    </message>
    <message>
        <source>best possible</source>
        <translation>理論最佳</translation>
    </message>
    <message>
        <source>network</source>
        <translation>網路</translation>
    </message>
    <message>
        <source>lag, records</source>
        <translation>落後量，記錄</translation>
    </message>
    <message>
        <source>in</source>
        <translation>流入</translation>
    </message>
    <message>
        <source>out</source>
        <translation>讀出</translation>
    </message>
    <message>
        <source>How much is shown</source>
        <translation>顯示多少</translation>
    </message>
    <message>
        <source>last minute</source>
        <translation>最近一分鐘</translation>
    </message>
    <message>
        <source>last 5 minutes</source>
        <translation>最近 5 分鐘</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
</context>
<context>
    <name>millrace::StreamKnobs</name>
    <message>
        <source>Source</source>
        <translation>來源</translation>
    </message>
    <message>
        <source>Drift</source>
        <translation>漂移</translation>
    </message>
    <message>
        <source>A knob acts from the next record on.</source>
        <translation>旋鈕自下一筆記錄起生效。</translation>
    </message>
    <message>
        <source>records a second</source>
        <translation>每秒記錄數</translation>
    </message>
    <message>
        <source>abrupt</source>
        <translation>突然</translation>
    </message>
    <message>
        <source>The next record has the new value</source>
        <translation>下一筆記錄即採用新值</translation>
    </message>
    <message>
        <source>gradual</source>
        <translation>漸進</translation>
    </message>
    <message>
        <source>The value moves there in a straight line</source>
        <translation>值沿直線移至新值</translation>
    </message>
    <message>
        <source>recurring</source>
        <translation>反覆</translation>
    </message>
    <message>
        <source>The value goes there and comes back, again and again</source>
        <translation>值移過去再回來，一再反覆</translation>
    </message>
    <message>
        <source>Gradual: the value gets there within so many records.
Recurring: it goes there and comes back once in so many records.</source>
        <translation>漸進：值在這麼多筆記錄內到達。
反覆：值在這麼多筆記錄內往返一次。</translation>
    </message>
    <message>
        <source>over records</source>
        <translation>歷經記錄數</translation>
    </message>
    <message>
        <source>All knobs back</source>
        <translation>全部旋鈕復位</translation>
    </message>
    <message>
        <source>As the data were before any drift</source>
        <translation>如同資料尚未發生任何漂移時</translation>
    </message>
</context>
<context>
    <name>millrace::StreamNumbers</name>
    <message>
        <source>never</source>
        <translation>永不</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>準確率</translation>
    </message>
    <message>
        <source>Best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>In / s</source>
        <translation>流入 / s</translation>
    </message>
    <message>
        <source>Out / s</source>
        <translation>讀出 / s</translation>
    </message>
    <message>
        <source>Lag</source>
        <translation>落後量</translation>
    </message>
    <message>
        <source>Drained in</source>
        <translation>讀完尚需</translation>
    </message>
    <message>
        <source>The broker is gone: nothing comes and nothing is learnt. The stream goes on when it is back: the page Cluster tells why, and starts it again.</source>
        <translation>broker 已中斷：沒有記錄進來，也沒有學習。broker 恢復後串流會繼續：「叢集」頁面說明原因，並可重新啟動。</translation>
    </message>
    <message>
        <source>Limited by this machine: it simulates %1 and learns %2 records a second.</source>
        <translation>受限於本機：每秒模擬 %1 筆、學習 %2 筆記錄。</translation>
    </message>
    <message>
        <source>Limited by the simulation: %1 records a second are asked for, this machine makes %2.</source>
        <translation>受限於模擬：要求每秒 %1 筆記錄，本機產生 %2 筆。</translation>
    </message>
    <message>
        <source>Limited by the source&apos;s rate: the network keeps up, and waits for records.</source>
        <translation>受限於來源的速率：網路跟得上，正在等待記錄。</translation>
    </message>
    <message>
        <source>Limited by training: the network learns %1 records a second and works the lag off.</source>
        <translation>受限於訓練：網路每秒學習 %1 筆記錄，正在消化落後量。</translation>
    </message>
    <message>
        <source>Limited by training: %1 records come a second, %2 are learnt. Beyond a lag of 2,000,000 it skips ahead.</source>
        <translation>受限於訓練：每秒進來 %1 筆記錄，學習 %2 筆。落後量超過 2,000,000 時會向前略過。</translation>
    </message>
    <message>
        <source>Stopped. The run with its model stands on the page Runs.</source>
        <translation>已停止。該執行及其模型列於「執行紀錄」頁面。</translation>
    </message>
    <message>
        <source>One click: a Kafka broker, a topic, a simulation of particle collisions that feeds it, and a network that learns from it as it comes.</source>
        <translation>按一下即可：一個 Kafka broker、一個主題、供應記錄的粒子碰撞模擬，以及隨記錄到來而學習的網路。</translation>
    </message>
    <message>
        <source>Starting the network</source>
        <translation>正在啟動網路</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>停止中 …</translation>
    </message>
    <message>
        <source>Learning is paused: the lag grows by %1 records a second.</source>
        <translation>學習已暫停：落後量每秒增加 %1 筆記錄。</translation>
    </message>
</context>
<context>
    <name>millrace::StreamPage</name>
    <message>
        <source>Stream</source>
        <translation>串流</translation>
    </message>
    <message>
        <source>simulated events</source>
        <translation>模擬事件</translation>
    </message>
    <message>
        <source>topic %1 · newest 1 GB kept</source>
        <translation>主題 %1 · 保留最新的 1 GB</translation>
    </message>
    <message>
        <source>The topic is made anew at each start. Its oldest records are deleted when it holds more than %1, so a stream can run for days.</source>
        <translation>每次啟動都會重新建立主題。內容超過 %1 時刪除最舊的記錄，因此串流可連續執行數日。</translation>
    </message>
    <message>
        <source>tutorial network · batch 32</source>
        <translation>教學網路 · 批次 32</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>The stream goes on meanwhile: the lag grows, and is worked off afterwards</source>
        <translation>其間串流繼續：落後量增加，之後再消化</translation>
    </message>
    <message>
        <source>Pause learning</source>
        <translation>暫停學習</translation>
    </message>
    <message>
        <source>Go on learning</source>
        <translation>繼續學習</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>停止中…</translation>
    </message>
    <message>
        <source>Start again</source>
        <translation>再次開始</translation>
    </message>
</context>
<context>
    <name>millrace::TopicsPanel</name>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Offsets behind an open transaction: nobody can read them before it ends</source>
        <translation>位於未結束交易之後的位移：交易結束前無人能讀取</translation>
    </message>
    <message>
        <source>compacted</source>
        <translation>已壓實</translation>
    </message>
    <message>
        <source>%1 more wait behind an open transaction</source>
        <translation>另有 %1 筆在未結束的交易之後等待</translation>
    </message>
    <message>
        <source>In-sync replicas</source>
        <translation>同步中的複本</translation>
    </message>
    <message>
        <source>leader</source>
        <translation>領導者</translation>
    </message>
    <message>
        <source>replicas</source>
        <translation>複本</translation>
    </message>
    <message>
        <source>low</source>
        <translation>低水位</translation>
    </message>
    <message>
        <source>high</source>
        <translation>高水位</translation>
    </message>
    <message>
        <source>messages</source>
        <translation>訊息數</translation>
    </message>
    <message>
        <source>At most: transaction markers take offsets, and compaction leaves gaps</source>
        <translation>此為上限：交易標記會佔用位移，壓實會留下空缺</translation>
    </message>
    <message>
        <source>topic</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>partitions</source>
        <translation>分割區</translation>
    </message>
    <message>
        <source>remarks</source>
        <translation>備註</translation>
    </message>
    <message>
        <source>No topics yet: create one above, or publish a file on the Data page.</source>
        <translation>尚無主題：請在上方建立，或在「資料」頁面發布檔案。</translation>
    </message>
    <message>
        <source>configuration</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>internal topics</source>
        <translation>內部主題</translation>
    </message>
    <message>
        <source>Delete topic</source>
        <translation>刪除主題</translation>
    </message>
    <message>
        <source>Really delete?</source>
        <translation>確定刪除？</translation>
    </message>
    <message>
        <source>Show Kafka&apos;s own topics too</source>
        <translation>同時顯示 Kafka 自己的主題</translation>
    </message>
    <message>
        <source>new topic&apos;s name</source>
        <translation>新主題的名稱</translation>
    </message>
    <message>
        <source>New topic&apos;s name</source>
        <translation>新主題的名稱</translation>
    </message>
    <message>
        <source>New topic&apos;s partitions</source>
        <translation>新主題的分割區數</translation>
    </message>
    <message>
        <source>Create topic</source>
        <translation>建立主題</translation>
    </message>
    <message>
        <source>PARTITIONS</source>
        <translation>分割區</translation>
    </message>
    <message>
        <source>CONFIGURATION · ● SET FOR THE TOPIC</source>
        <translation>設定 · ● 為此主題所設</translation>
    </message>
    <message>
        <source>● %1</source>
        <translation>● %1</translation>
    </message>
    <message>
        <source>No topic selected</source>
        <translation>未選取主題</translation>
    </message>
    <message>
        <source>Select a topic to see its partitions.</source>
        <translation>選取主題以查看其分割區。</translation>
    </message>
    <message>
        <source>Select a topic to see its configuration.</source>
        <translation>選取主題以查看其設定。</translation>
    </message>
    <message>
        <source>A topic needs a name</source>
        <translation>主題需要名稱</translation>
    </message>
    <message>
        <source>Type one into the field beside Create topic</source>
        <translation>請在「建立主題」旁的欄位輸入名稱</translation>
    </message>
    <message>
        <source>Topic %1 created</source>
        <translation>主題 %1 已建立</translation>
    </message>
    <message>
        <source>Topic %1 deleted</source>
        <translation>主題 %1 已刪除</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>主題</translation>
    </message>
    <message>
        <source>Partitions of the topic</source>
        <translation>主題的分割區</translation>
    </message>
    <message>
        <source>Configuration of the topic</source>
        <translation>主題的設定</translation>
    </message>
    <message>
        <source>Topic %1 is in use: %2. Without it that fails, and its records are gone for good.</source>
        <translation>主題 %1 正在使用中：%2。刪除後它會失敗，記錄也永遠消失。</translation>
    </message>
    <message>
        <source>Delete it all the same</source>
        <translation>仍要刪除</translation>
    </message>
</context>
<context>
    <name>millrace::TrainCharts</name>
    <message>
        <source>Loss</source>
        <translation>損失</translation>
    </message>
    <message>
        <source>records</source>
        <translation>記錄數</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>準確率</translation>
    </message>
    <message>
        <source>Consumer lag</source>
        <translation>消費者落後量</translation>
    </message>
    <message>
        <source>per batch</source>
        <translation>每批次</translation>
    </message>
    <message>
        <source>smoothed</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>left in this pass</source>
        <translation>本遍剩餘</translation>
    </message>
    <message>
        <source>log y</source>
        <translation>對數 y</translation>
    </message>
    <message>
        <source>What the charts&apos; x axis counts</source>
        <translation>圖表的 x 軸以什麼計數</translation>
    </message>
    <message>
        <source>x axis</source>
        <translation>x 軸</translation>
    </message>
    <message>
        <source>x: records</source>
        <translation>x：記錄數</translation>
    </message>
    <message>
        <source>x: steps</source>
        <translation>x：步數</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步數</translation>
    </message>
    <message>
        <source>x: seconds</source>
        <translation>x：秒</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>follow</source>
        <translation>跟隨</translation>
    </message>
    <message>
        <source>Dragging or the wheel ends it; a double click on a chart follows again</source>
        <translation>拖曳或滾輪會停止跟隨；在圖表上按兩下即恢復跟隨</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>儲存…</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Smoothing of loss and score: exponential moving average over all points</source>
        <translation>損失與分數的平滑：對所有點取指數移動平均</translation>
    </message>
    <message>
        <source>smoothed %1</source>
        <translation>平滑 %1</translation>
    </message>
    <message>
        <source>not smoothed</source>
        <translation>未平滑</translation>
    </message>
    <message>
        <source>per mini-dataset</source>
        <translation>每小資料集</translation>
    </message>
    <message>
        <source>before learning (prequential)</source>
        <translation>學習前（先測後學）</translation>
    </message>
    <message>
        <source>lag of the group</source>
        <translation>群組的落後量</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>驗證</translation>
    </message>
    <message>
        <source>no broker answers: what came since is unknown</source>
        <translation>沒有 broker 回應：此後進來的記錄不明</translation>
    </message>
    <message>
        <source>drained</source>
        <translation>已讀完</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暫停</translation>
    </message>
    <message>
        <source>falling behind</source>
        <translation>逐漸落後</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>best possible</source>
        <translation>理論最佳</translation>
    </message>
    <message>
        <source>Save the charts</source>
        <translation>儲存圖表</translation>
    </message>
    <message>
        <source>ended before it had read all</source>
        <translation>未讀完就結束了</translation>
    </message>
    <message>
        <source>Save the three charts as PNG, SVG or CSV</source>
        <translation>將三張圖表儲存為 PNG、SVG 或 CSV</translation>
    </message>
    <message>
        <source>Start the training: its loss is drawn here.
No topic yet? Publish a file on the page Data.</source>
        <translation>開始訓練後，此處會繪出其損失。
還沒有主題？請在「資料」頁發布檔案。</translation>
    </message>
</context>
<context>
    <name>millrace::TrainForm</name>
    <message>
        <source>from offsets</source>
        <translation>依位移</translation>
    </message>
    <message>
        <source>online (group)</source>
        <translation>線上（群組）</translation>
    </message>
    <message>
        <source>From offsets: passes over one partition. Online: a consumer group learns from a stream as it comes.</source>
        <translation>依位移：將一個分割區讀取若干遍。線上：消費者群組隨串流到來而學習。</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Data path</source>
        <translation>資料流向</translation>
    </message>
    <message>
        <source>Consumed</source>
        <translation>已消費</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>佇列</translation>
    </message>
    <message>
        <source>Trained</source>
        <translation>已訓練</translation>
    </message>
    <message>
        <source>Limited by</source>
        <translation>受限於</translation>
    </message>
    <message>
        <source>Rejected records</source>
        <translation>被拒絕的記錄</translation>
    </message>
    <message>
        <source>%1 / %2 batches</source>
        <translation>%1 / %2 批次</translation>
    </message>
</context>
<context>
    <name>millrace::TrainPage</name>
    <message>
        <source>Train</source>
        <translation>訓練</translation>
    </message>
    <message>
        <source>Charts saved beside %1.</source>
        <translation>圖表已存於 %1 旁。</translation>
    </message>
    <message>
        <source>Cannot write %1.</source>
        <translation>無法寫入 %1。</translation>
    </message>
    <message>
        <source>simulated events</source>
        <translation>模擬事件</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>匯出…</translation>
    </message>
    <message>
        <source>Save the model as TorchScript</source>
        <translation>將模型存為 TorchScript</translation>
    </message>
    <message>
        <source>Evaluate…</source>
        <translation>評估…</translation>
    </message>
    <message>
        <source>Back to the last one</source>
        <translation>回到上一次</translation>
    </message>
    <message>
        <source>Shows the training before with its form and its curves</source>
        <translation>顯示前一次訓練的表單與曲線</translation>
    </message>
    <message>
        <source>New training…</source>
        <translation>新訓練…</translation>
    </message>
    <message>
        <source>Clears the charts; the form keeps its values for the next training</source>
        <translation>清除圖表；表單保留其值供下一次訓練使用</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>開始訓練</translation>
    </message>
    <message>
        <source>End the training; the model as it is now stays in its run</source>
        <translation>結束訓練；目前的模型保留在其執行中</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>繼續</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>停止並保留</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>停止中…</translation>
    </message>
    <message>
        <source>Loss, smoothed</source>
        <translation>損失，平滑</translation>
    </message>
    <message>
        <source>Left in this pass</source>
        <translation>本遍剩餘</translation>
    </message>
    <message>
        <source>Time to drain</source>
        <translation>讀完所需時間</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>剩餘時間</translation>
    </message>
    <message>
        <source>Which topic? Choose one on the left, or publish a file first.</source>
        <translation>哪個主題？請在左側選擇，或先發布檔案。</translation>
    </message>
    <message>
        <source>To Data</source>
        <translation>前往資料</translation>
    </message>
    <message>
        <source>Learning rate %1 from the next batch on.</source>
        <translation>自下一批次起，學習率為 %1。</translation>
    </message>
    <message>
        <source>Export the model</source>
        <translation>匯出模型</translation>
    </message>
    <message>
        <source>TorchScript (*.pt)</source>
        <translation>TorchScript (*.pt)</translation>
    </message>
    <message>
        <source>Start learning</source>
        <translation>開始學習</translation>
    </message>
    <message>
        <source>Train again</source>
        <translation>再次訓練</translation>
    </message>
    <message>
        <source>The next training</source>
        <translation>下一次訓練</translation>
    </message>
    <message>
        <source>Offset lag</source>
        <translation>位移落後量</translation>
    </message>
    <message>
        <source>Age of unread</source>
        <translation>未讀時齡</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 個參數</translation>
    </message>
    <message>
        <source>%1 · partition %2</source>
        <translation>%1 · 分割區 %2</translation>
    </message>
    <message>
        <source>online · %1 · group %2</source>
        <translation>線上 · %1 · 群組 %2</translation>
    </message>
    <message>
        <source>Lag of the group</source>
        <translation>群組的落後量</translation>
    </message>
    <message>
        <source>Epoch %1/%2 · left</source>
        <translation>訓練週期 %1/%2 · 剩餘</translation>
    </message>
    <message>
        <source>Pass %1/%2 · left</source>
        <translation>第 %1/%2 遍 · 剩餘</translation>
    </message>
    <message>
        <source>%1 validation</source>
        <comment>a score of the validation part</comment>
        <translation>驗證 %1</translation>
    </message>
    <message>
        <source>%1 before</source>
        <comment>a score, before the records were learnt</comment>
        <translation>%1（學習前）</translation>
    </message>
    <message>
        <source>kept: the linear start</source>
        <translation>保留：線性起點</translation>
    </message>
    <message>
        <source>kept: epoch %1</source>
        <translation>保留：訓練週期 %1</translation>
    </message>
    <message>
        <source>The linear model that the training began with did best on the validation part: no epoch became better</source>
        <translation>訓練起始的線性模型在驗證部分表現最佳：沒有訓練週期更好</translation>
    </message>
    <message>
        <source>The model is that of the epoch which did best on the validation part; training ended early, as no better one came</source>
        <translation>模型取自驗證部分表現最佳的訓練週期；因未再出現更好的，訓練提早結束</translation>
    </message>
    <message>
        <source>The model is that of the epoch which did best on the validation part</source>
        <translation>模型取自驗證部分表現最佳的訓練週期</translation>
    </message>
    <message>
        <source>Done in</source>
        <translation>完成用時</translation>
    </message>
    <message>
        <source>Ended after</source>
        <translation>結束前用時</translation>
    </message>
</context>
<context>
    <name>millrace::TwoClassFigures</name>
    <message>
        <source>ROC</source>
        <translation>ROC</translation>
    </message>
    <message>
        <source>false positive rate</source>
        <translation>偽陽性率</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>chance</source>
        <translation>隨機</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>混淆矩陣</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>門檻</translation>
    </message>
    <message>
        <source>From which probability on a record counts as %1</source>
        <translation>機率達到多少起，記錄算作 %1</translation>
    </message>
    <message>
        <source>AUC %1</source>
        <translation>AUC %1</translation>
    </message>
    <message>
        <source>ROC of %1</source>
        <translation>%1 的 ROC</translation>
    </message>
    <message>
        <source>%1 · of records: accuracy %2 · precision %3 · recall %4 · F1 %5</source>
        <translation>%1 · 依筆數：準確率 %2 · 精確率 %3 · 召回率 %4 · F1 %5</translation>
    </message>
    <message>
        <source>%1 · accuracy %2 · precision %3 · recall %4 · F1 %5</source>
        <translation>%1 · 準確率 %2 · 精確率 %3 · 召回率 %4 · F1 %5</translation>
    </message>
    <message>
        <source>at %1</source>
        <translation>門檻 %1</translation>
    </message>
    <message>
        <source>false positive rate %1
true positive rate %2
threshold ≈ %3</source>
        <translation>偽陽性率 %1
真陽性率 %2
門檻 ≈ %3</translation>
    </message>
</context>
</TS>
